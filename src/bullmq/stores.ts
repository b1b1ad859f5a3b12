import { Queue } from 'bullmq';
import type { Store } from './batch-jobs.js';
import { closeQueue } from './close.js';
import { Claims } from './claims.js';
import type { QueueConnectionOptions } from './options.js';

/** The name of the queue of operations that ended. */
export function endedQueueName(name: string): string {
  return `${name}-done`;
}

/** Options of BullMQ's queues and workers. A worker waits for Redis as long as it takes. */
export function bullOptions({ connection, prefix = 'bull' }: QueueConnectionOptions) {
  return { connection, prefix };
}

/** Opens the two queues of a name. */
export function openStore(name: string, options: QueueConnectionOptions): Store {
  const { onError } = options;
  const [batches, ended] = [name, endedQueueName(name)].map((one) => {
    const queue = new Queue(one, bullOptions(options));
    // Without a listener BullMQ prints the error.
    if (onError) queue.on('error', onError);
    return queue;
  }) as [Queue, Queue];
  const keys = { batches: batches.toKey(''), ended: ended.toKey('') };
  return { batches, ended, claims: new Claims(batches.backend.client, keys) };
}

/** Closes the connections of a store. */
export async function closeStore({ batches, ended }: Store): Promise<void> {
  await Promise.all([batches, ended].map((queue) => closeQueue(queue)));
}
