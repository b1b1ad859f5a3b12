import { now } from '../rpc/timer-wheel.js';

/** For how long to work before the program's other work gets its turn, in milliseconds. */
const timeSliceMs = 5;
/** After how many pieces to look at the clock, and to let those who were told do what they do. */
const batch = 16;

/** Does something with each of many, a slice of time at a time. */
export async function forEachYielding<T>(items: Iterable<T>, action: (item: T) => void): Promise<void> {
  let startMs = now();
  let count = 0;
  for (const item of items) {
    action(item);
    if (++count % batch > 0) continue;
    await Promise.resolve();
    if (now() - startMs < timeSliceMs) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    startMs = now();
  }
}
