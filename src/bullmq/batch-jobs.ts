import { Job, type IRedisTransaction, type Queue } from 'bullmq';
import { nameOf, nextDueAtMs, type BatchData } from './batch.js';
import type { Claims } from './claims.js';
import { newBatchId, operationId } from './ids.js';
import type { EndedData } from './saved-end.js';

/** How jobs of operations that ended are processed. */
export interface EndedJobOptions {
  readonly attempts: number;
  readonly attemptDelayMs: number;
  readonly priority?: number | undefined;
}

/** The queues of batches and of operations that ended, and the claims of the batches. */
export interface Store {
  readonly batches: Queue;
  readonly ended: Queue;
  readonly claims: Claims;
}

/** A job, as it is added to a queue. */
export interface NewJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: {
    readonly jobId: string;
    readonly delay?: number;
    readonly priority?: number;
    readonly attempts?: number;
    readonly backoff?: { readonly type: 'exponential' | 'fixed'; readonly delay: number };
    readonly removeOnComplete: true;
  };
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

/** A job for an operation that ended. There is one for each operation, however often it is added. */
export function endedJob(data: EndedData, { attempts, attemptDelayMs, priority }: EndedJobOptions): NewJob {
  const { name, apiEndpoint = '' } = data.token;
  return {
    name,
    data,
    opts: {
      jobId: operationId(apiEndpoint, name),
      attempts,
      backoff: { type: 'exponential', delay: attemptDelayMs },
      removeOnComplete: true,
      ...(priority !== undefined && { priority }),
    },
  };
}

/**
 * Adds a batch, and claims its operations for it, in one transaction.
 *
 * @returns how many were claimed. The others are in another batch already, or were handled.
 */
export async function addBatch({ batches, claims }: Store, batch: BatchData, nowMs: number): Promise<number> {
  const job = batchJob(batch, nowMs);
  const claimed = await addClaiming(claims, batches, job, job.opts.jobId, batch.service, batchJobIds(batch));
  // Otherwise the worker drops it.
  if (claimed === 0) await batches.remove(job.opts.jobId);
  return claimed;
}

/** Adds an operation that is done already. @returns how many were claimed: 0 if it was added before. */
export async function addEnded({ ended, claims }: Store, data: EndedData, options: EndedJobOptions): Promise<number> {
  const job = endedJob(data, options);
  // Its job in the queue of ended operations is enough: no batch has this id.
  return addClaiming(claims, ended, job, newBatchId(), data.token.apiEndpoint ?? '', [job.opts.jobId]);
}

async function addClaiming(
  claims: Claims,
  queue: Queue,
  job: NewJob,
  owner: string,
  service: string,
  ids: readonly string[],
): Promise<number> {
  const client = await claims.client();
  const send = async (): Promise<number[]> => {
    const transaction = client.multi();
    void new Job(queue, job.name, job.data, job.opts, job.opts.jobId).addJob(transaction);
    claims.claim(transaction, owner, service, ids);
    return (await execute(transaction))[1] as number[];
  };
  const claimed = await retryOnce(send);
  return claimed.reduce((sum, one) => sum + one, 0);
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
  const client = await claims.client();
  return retryOnce(async () => {
    const transaction = client.multi();
    void new Job(batches, job.name, job.data, job.opts, job.opts.jobId).addJob(transaction);
    claims.move(transaction, job.opts.jobId, owned);
    return (await execute(transaction))[1] as number;
  });
}

/** Executes a transaction. @returns the results of its commands. @throws the error of a command that failed. */
async function execute(transaction: IRedisTransaction): Promise<unknown[]> {
  const results = (await transaction.exec()) ?? [];
  for (const [error] of results) if (error) throw error;
  return results.map(([, result]) => result as unknown);
}

/** After a restart of Redis the first transaction fails, since its scripts are not loaded. The same may be sent twice. */
async function retryOnce<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch {
    return send();
  }
}
