import { now } from '../rpc/timer-wheel.js';

/** How long to work before other tasks of the event loop run, in milliseconds. */
const timeSliceMs = 5;
/** Number of items after which to run pending microtasks and to read the clock. */
const batchSize = 16;

/** Calls `action` for each item, with the time of the monotonic clock, and yields to the event loop after each time slice. */
export async function forEachYielding<T>(items: Iterable<T>, action: (item: T, nowMs: number) => void): Promise<void> {
  let startMs = now();
  let nowMs = startMs;
  let count = 0;
  const { length = Infinity } = items as { readonly length?: number };
  for (const item of items) {
    action(item, nowMs);
    // A rest that is less than a batch needs no turn of its own: a thousand short lists may have come at once.
    if (++count % batchSize > 0 || length - count < batchSize) continue;
    await Promise.resolve();
    nowMs = now();
    if (nowMs - startMs < timeSliceMs) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    nowMs = startMs = now();
  }
}
