import { Job, type IRedisClient, type IRedisTransaction, type Queue } from 'bullmq';

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

/** Adds to a transaction: adds a job to a queue, unless the queue has one with its id. */
export function addJob(transaction: IRedisTransaction, queue: Queue, { name, data, opts }: NewJob): void {
  void new Job(queue, name, data, opts, opts.jobId).addJob(transaction);
}

/**
 * Executes commands in one transaction. It may be sent twice: after a restart of Redis the first one fails, since its scripts
 * are not loaded.
 *
 * @returns the results of the commands.
 * @throws the error of a command that failed.
 */
export async function transact(
  client: IRedisClient,
  fill: (transaction: IRedisTransaction) => void,
): Promise<readonly unknown[]> {
  const send = async (): Promise<unknown[]> => {
    const transaction = client.multi();
    fill(transaction);
    const results = (await transaction.exec()) ?? [];
    for (const [error] of results) if (error) throw error;
    return results.map(([, result]) => result as unknown);
  };
  try {
    return await send();
  } catch {
    reloadScripts(client);
    return send();
  }
}

/**
 * BullMQ's client for node-redis loads a script when it is defined, and when it is missing for a command outside of a
 * transaction. ioredis loads it for transactions too, and has no such map.
 */
function reloadScripts(client: IRedisClient): void {
  const { scripts } = client as { readonly scripts?: unknown };
  if (!(scripts instanceof Map)) return;
  const entries = [...(scripts as Map<string, Parameters<IRedisClient['defineCommand']>[1]>)];
  // Sent before the transaction, over the same connection.
  for (const [name, definition] of entries) client.defineCommand(name, definition);
}
