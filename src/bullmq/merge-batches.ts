import { mergeInto, type Store } from './batch-jobs.js';
import { makeBatches, nameOf, waitingOperation, type BatchData, type BatchLimits } from './batch.js';
import type { MeetingOutcome } from './meetings.js';
import { operationId } from './ids.js';

/** A batch and the id of its job. */
export interface HeldBatch {
  readonly jobId: string;
  readonly batch: BatchData;
}

/** What identifies batches that may be merged. */
export function mergeKey({ service, parent, priority }: BatchData): string {
  return [service, parent, priority].join('\n');
}

/** Whether a batch is small enough to meet others: two of them fit into one. */
export function isMergeable({ operations }: BatchData, { maxOperations }: BatchLimits): boolean {
  return operations.length * 2 <= maxOperations;
}

/**
 * Puts the operations of batches of one kind into as few new batches as they fit into, which are due at once. Copies that the
 * batches hold without owning them are dropped. A crash between two new batches leaves the rest where they were.
 */
export async function mergeBatches(
  store: Store,
  held: readonly HeldBatch[],
  limits: BatchLimits,
): Promise<MeetingOutcome> {
  const entries = held.flatMap(({ jobId, batch }) =>
    batch.operations.map((entry) => ({ jobId, batch, entry, id: operationId(batch.service, nameOf(batch, entry)) })),
  );
  const { nowMs, owners } = await store.claims.owners(entries.map(({ id }) => id));
  const owned = entries.filter(({ jobId }, index) => owners[index] === jobId);
  const batches = makeBatches(
    owned.map(({ batch, entry }) => waitingOperation(batch, entry)),
    limits,
  );
  if (batches.length >= held.length) return 'alone';
  const moves = new Map(owned.map(({ id, jobId }) => [id, jobId]));
  for (const batch of batches) {
    const ids = batch.operations.map((entry) => operationId(batch.service, nameOf(batch, entry)));
    await mergeInto(
      store,
      batch,
      ids.map((id) => [id, moves.get(id) as string] as const),
      nowMs,
    );
  }
  return 'merged';
}
