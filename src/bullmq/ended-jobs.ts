import type { Store } from './batch-jobs.js';
import { newBatchId, operationId } from './ids.js';
import type { EndedData } from './saved-end.js';
import { addJob, transact, type NewJob } from './transactions.js';

/** How jobs of operations that ended are processed. */
export interface EndedJobOptions {
  readonly attempts: number;
  readonly attemptDelayMs: number;
}

/** A job for an operation that ended. There is one for each operation, however often it is added. */
function endedJob(data: EndedData, { attempts, attemptDelayMs }: EndedJobOptions): NewJob {
  const { priority } = data;
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
 * Queues operations of a batch that ended, for their handlers, in one transaction: those that the batch still owns. The others
 * are in another batch, or were handled or removed during the poll.
 */
export async function handOver(
  { ended, claims }: Store,
  owner: string,
  ends: readonly EndedData[],
  options: EndedJobOptions,
): Promise<void> {
  if (ends.length === 0) return;
  const jobs = ends.map((data) => endedJob(data, options));
  const ids = jobs.map(({ opts }) => opts.jobId);
  await transact(await claims.client(), (transaction) => {
    claims.guard(transaction, owner, ids);
    for (const job of jobs) addJob(transaction, ended, job);
    claims.unguard(transaction);
  });
}

/** Adds an operation that is done already. @returns how many were claimed: 0 if it was added before. */
export async function addEnded({ ended, claims }: Store, data: EndedData, options: EndedJobOptions): Promise<number> {
  const job = endedJob(data, options);
  const ids = [job.opts.jobId];
  // Its job in the queue of ended operations is enough: no batch has this id.
  const owner = newBatchId();
  const [claimed] = await transact(await claims.client(), (transaction) => {
    claims.claim(transaction, owner, data.token.apiEndpoint ?? '', ids);
    claims.guard(transaction, owner, ids);
    addJob(transaction, ended, job);
    claims.unguard(transaction);
  });
  return (claimed as [number])[0];
}
