import type { IRedisClient, Queue, Worker } from 'bullmq';

/** How long Redis may take to answer a close, and how often that is checked, in milliseconds. */
const [maxAnswerMs, intervalMs] = [5000, 250];

/**
 * Closes a worker of BullMQ: it takes no more jobs, and those under way end. Without Redis they cannot. Then the connections are
 * closed at once, and other workers take the jobs when their locks have expired.
 *
 * BullMQ's own `close()` waits for ever for a Redis that does not answer, and for a client that is about to reconnect, since
 * ioredis does not say that such a client has ended.
 */
export async function closeWorker(worker: Worker): Promise<void> {
  if (await isAnswering(worker)) await closeWhileAnswering(worker, worker.close());
  else await worker.close(true);
}

/** Closes a queue of BullMQ. If Redis does not answer for some seconds, its connection is closed. */
export async function closeQueue(queue: Queue): Promise<void> {
  await closeWhileAnswering(queue, queue.close());
}

/** Waits until all is closed. If Redis stops answering, the clients are disconnected. */
async function closeWhileAnswering(closing: Queue | Worker, whenClosed: Promise<void>): Promise<void> {
  const closed = whenClosed.then(() => true);
  while (!(await Promise.race([closed, sleep(intervalMs)]))) {
    if (await Promise.race([closed, isAnswering(closing)])) continue;
    closed.catch(() => undefined);
    for (const client of clientsOf(closing)) client.then((one) => one.disconnect()).catch(() => undefined);
    return;
  }
}

/** Whether Redis answers a command within some seconds, and no client has to reconnect. */
async function isAnswering(closing: Queue | Worker): Promise<boolean> {
  const answers = closing.backend.client.then((client) => client.hexists(closing.toKey('meta'), 'version'));
  const all = await Promise.all([
    // A client that is closed meanwhile rejects, and needs no answer.
    Promise.race([answers.then(() => true), answerTimeout()]).catch(() => true),
    ...clientsOf(closing).map((client) => isConnected(client)),
  ]);
  return !all.includes(false);
}

/** The clients of a queue, or of a worker, which has one that blocks besides. */
function clientsOf({ backend }: Queue | Worker): Promise<IRedisClient>[] {
  const { client, blockingClient } = backend;
  return blockingClient ? [client, blockingClient] : [client];
}

/** Whether a client is connected, or is within some seconds. */
async function isConnected(connecting: Promise<IRedisClient>): Promise<boolean> {
  const endMs = Date.now() + maxAnswerMs;
  const client = await Promise.race([connecting, answerTimeout()]).catch(() => false as const);
  if (!client) return false;
  while (['connecting', 'connect', 'reconnecting', 'close'].includes(client.status)) {
    if (Date.now() > endMs) return false;
    await sleep(intervalMs / 10);
  }
  return true;
}

/** Does not keep the process alive: the connection does. */
function answerTimeout(): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, maxAnswerMs, false as const).unref());
}

function sleep(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false as const));
}
