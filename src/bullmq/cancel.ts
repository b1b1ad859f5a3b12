import type { OperationsClient } from '../client.js';
import { nameOf, type BatchData, type BatchEntry } from './batch.js';
import { callSafely, type WorkerListener } from './events.js';
import type { RedisClock } from './redis-clock.js';

/** Some operations of a batch that are due. */
export interface DueEntries {
  readonly batch: BatchData;
  readonly due: ReadonlySet<BatchEntry>;
}

/**
 * Sends a CancelOperation for each due operation that is to be cancelled. One that fails is not sent again: the operation goes
 * on, which the event says. From then on an operation is polled like a new one, since it may end at any time.
 */
export async function sendCancels(
  client: OperationsClient,
  batch: BatchData,
  due: ReadonlySet<BatchEntry>,
  clock: RedisClock,
  onEvent: WorkerListener | undefined,
): Promise<DueEntries> {
  const toCancel = [...due].filter(({ cancel }) => cancel);
  if (toCancel.length === 0) return { batch, due };
  const after = new Map<BatchEntry, BatchEntry>();
  await Promise.all(
    toCancel.map(async (entry) => {
      const { cancel: _cancel, ...kept } = entry;
      const name = nameOf(batch, entry);
      try {
        await client.cancelOperation({ name });
        after.set(entry, { ...kept, resetAtMs: clock.nowMs });
      } catch (error) {
        callSafely(onEvent, { type: 'cancel-failed', name, error });
        after.set(entry, kept);
      }
    }),
  );
  const replace = (entry: BatchEntry): BatchEntry => after.get(entry) ?? entry;
  return { batch: { ...batch, operations: batch.operations.map(replace) }, due: new Set([...due].map(replace)) };
}
