import type { Queue } from 'bullmq';
import { nameOf, nextDueAtMs, type BatchData } from './batch.js';
import type { Claims } from './claims.js';
import { newBatchId, operationId } from './ids.js';
import { addJob, transact, type NewJob } from './transactions.js';

/** The queues of batches and of operations that ended, and the claims of the batches. */
export interface Store {
  readonly batches: Queue;
  readonly ended: Queue;
  readonly claims: Claims;
}

/** The ids of a batch's operations. */
export function batchJobIds(batch: BatchData): string[] {
  return batch.operations.map((entry) => operationId(batch.service, nameOf(batch, entry)));
}

/** A batch that cannot be processed, usually since Redis failed, is processed again: its job never fails. */
const batchRetries = { attempts: Number.MAX_SAFE_INTEGER, backoff: { type: 'fixed', delay: 1000 } } as const;

/** A job for a batch. Its name is what dashboards show. */
function batchJob(batch: BatchData, nowMs: number, jobId = newBatchId()): NewJob {
  const { service, parent, priority } = batch;
  const delay = Math.max(0, nextDueAtMs(batch) - nowMs);
  return {
    name: `${service}/${parent}`,
    data: batch,
    opts: { jobId, delay, ...batchRetries, removeOnComplete: true, ...(priority !== undefined && { priority }) },
  };
}

/**
 * Adds a batch, and claims its operations for it, in one transaction.
 *
 * @returns how many were claimed. The others are in another batch already, or were handled.
 */
export async function addBatch({ batches, claims }: Store, batch: BatchData, nowMs: number): Promise<number> {
  const job = batchJob(batch, nowMs);
  const { jobId } = job.opts;
  const results = await transact(await claims.client(), (transaction) => {
    addJob(transaction, batches, job);
    claims.claim(transaction, jobId, batch.service, batchJobIds(batch));
  });
  const claimed = (results[1] as number[]).reduce((sum, one) => sum + one, 0);
  // Otherwise the worker drops it.
  if (claimed === 0) await batches.remove(jobId);
  return claimed;
}

/**
 * Puts the operations of several batches into a new one, in one transaction. Those that have ended meanwhile stay where they
 * were. The old batches hold copies then, which they drop.
 *
 * @returns how many were moved.
 */
export async function mergeInto(
  { batches, claims }: Store,
  batch: BatchData,
  owned: readonly (readonly [id: string, from: string])[],
  nowMs: number,
): Promise<number> {
  const job = batchJob(batch, nowMs);
  const results = await transact(await claims.client(), (transaction) => {
    addJob(transaction, batches, job);
    claims.move(transaction, job.opts.jobId, owned);
  });
  return results[1] as number;
}
