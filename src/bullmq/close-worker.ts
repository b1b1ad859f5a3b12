import type { IRedisClient, Worker } from 'bullmq';

/** How long a worker that is closed waits for Redis, and how often it looks, in milliseconds. */
const [maxWaitMs, intervalMs] = [5000, 20];

/**
 * Closes a worker of BullMQ: it takes no more jobs, and those under way end. Without Redis they cannot. Then the connections are
 * closed at once, and other workers take the jobs when their locks have expired.
 *
 * BullMQ's own `close()` waits for ever for a client that is about to reconnect, since ioredis does not say that such a client
 * has ended.
 */
export async function closeWorker(worker: Worker): Promise<void> {
  const { client, blockingClient } = worker.backend;
  const areConnected = await Promise.all([client, blockingClient].map((one) => isConnected(one)));
  await worker.close(areConnected.includes(false));
}

/** Whether a client is connected, or is within some seconds. */
async function isConnected(connecting: Promise<IRedisClient> | undefined): Promise<boolean> {
  const endMs = Date.now() + maxWaitMs;
  const client = await Promise.race([connecting, sleep(maxWaitMs)]).catch(() => undefined);
  if (!client) return connecting === undefined;
  while (['connecting', 'reconnecting', 'close'].includes(client.status)) {
    if (Date.now() > endMs) return false;
    await sleep(intervalMs);
  }
  return true;
}

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
