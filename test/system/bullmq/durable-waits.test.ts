import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import {
  OperationsQueue,
  OperationsWorker,
  type EndedOperation,
  type OperationsWorkerOptions,
  type OperationTypes,
  type WorkerEvent,
} from '../../../src/bullmq/index.js';
import { Code, constantBackoff, OperationsClient, type OperationsTransport } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { struct } from '../../support/struct-info.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const structType = 'google.protobuf.Struct';

describeWithRedis('durable waits', () => {
  let redis: RedisServer;
  let emulator: OperationsEmulator;
  let closers: (() => Promise<unknown>)[];
  let ended: EndedOperation<unknown, unknown, unknown>[];
  let events: WorkerEvent[];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    emulator = new OperationsEmulator();
    [closers, ended, events] = [[() => emulator.close()], [], []];
  });
  afterEach(async () => {
    const closed: PromiseSettledResult<unknown>[] = [];
    for (const close of closers.reverse()) closed.push(...(await Promise.allSettled([close()])));
    expect(closed.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  /** A client of the emulator, as the service of a host. */
  const makeClient = (host = 'speech.googleapis.com', coalesce = false): OperationsClient => {
    const transport = emulator.transport();
    const named: OperationsTransport = Object.assign(Object.create(transport) as OperationsTransport, {
      apiEndpoint: host,
    });
    return new OperationsClient({ transport: named, coalesce, polling: { backoff: constantBackoff(50) } });
  };
  const makeQueue = (): OperationsQueue => {
    const queue = new OperationsQueue('exports', { connection: redis.connection });
    closers.push(() => queue.close());
    return queue;
  };
  /** A queue of BullMQ's own, to see the jobs. */
  const bullQueue = (name: string): Queue => {
    const queue = new Queue(name, { connection: redis.connection });
    closers.push(() => queue.close());
    return queue;
  };
  type Options = Partial<OperationsWorkerOptions<unknown, OperationTypes | undefined>>;
  const startWorker = (
    client: OperationsClient | OperationsClient[],
    options: Options = {},
  ): OperationsWorker<unknown, OperationTypes | undefined> => {
    const worker = new OperationsWorker<unknown, OperationTypes | undefined>('exports', {
      connection: redis.connection,
      clients: [client].flat(),
      onDone: (one) => ended.push(one),
      onEvent: (event) => events.push(event),
      attemptDelayMs: 10,
      ...options,
    });
    closers.push(() => worker.close());
    return worker;
  };
  const handled = (count: number): Promise<void> =>
    waitUntil(() => ended.length >= count, { seen: () => ({ ended, events }) });
  const eventOf = (type: WorkerEvent['type']): Promise<void> =>
    waitUntil(() => events.some((event) => event.type === type), { seen: () => events });
  const isEmpty = async (queue: OperationsQueue): Promise<void> =>
    waitUntil(
      async () => {
        const { running, ended: left, failed, batches } = await queue.counts();
        return running + left + failed + batches === 0;
      },
      { seen: () => queue.counts() },
    );

  it('pass the outcome to the handler, with the data that were added', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const succeeds = emulator.start({ durationMs: 100, response: packStruct({ uri: 'gs://a' }) });
    const fails = emulator.start({ durationMs: 100, error: { code: Code.ABORTED, message: 'no space' } });
    expect(await queue.add(client.poller(succeeds), { data: { orderId: 7 } })).toBe(true);
    expect(await queue.add(client.poller(fails))).toBe(true);
    expect(await queue.counts()).toEqual({ running: 2, ended: 0, failed: 0, batches: 2 });
    startWorker(client, { types: { [structType]: struct } });
    await handled(2);
    const [first, second] = ended.sort((a, b) => a.token.name.localeCompare(b.token.name));
    expect(first).toMatchObject({
      operation: { name: succeeds.name, result: 'response', response: { uri: 'gs://a' } },
      data: { orderId: 7 },
      token: { name: succeeds.name, apiEndpoint: 'speech.googleapis.com' },
      attempt: 1,
    });
    expect(second).toMatchObject({
      operation: { result: 'error', error: { code: Code.ABORTED, message: 'no space' } },
    });
    expect(second).toMatchObject({ data: undefined });
    await isEmpty(queue);
  });

  it('add an operation once, however often it is added, also after it was handled', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const poller = client.poller(emulator.start({ durationMs: 50 }));
    const other = makeClient('other.googleapis.com').poller(poller.name);
    expect(await Promise.all([queue.add(poller), queue.add(poller), makeQueue().add(poller)])).toEqual(
      expect.arrayContaining([true, false, false]),
    );
    expect(await queue.addBulk([{ poller }, { poller: other }, { poller: other.toJSON() }])).toBe(1); // another service
    startWorker(client, { clients: [client, makeClient('other.googleapis.com')] });
    await handled(2);
    await isEmpty(queue);
    expect(await queue.get(poller.name)).toEqual({ name: poller.name, state: 'handled' });
    expect(await queue.add(poller)).toBe(false);
    await isEmpty(queue);
    expect(ended).toHaveLength(2);
  });

  it('merge operations that were added singly, and poll them by lists', async () => {
    const queue = makeQueue();
    const client = makeClient('speech.googleapis.com', true);
    const names = Array.from(
      { length: 60 },
      (_, i) => emulator.start({ name: `projects/p/operations/${i}`, durationMs: 4000, response: packStruct({}) }).name,
    );
    await Promise.all(names.map((name) => queue.add(client.poller(name))));
    expect((await queue.counts()).batches).toBe(60);
    startWorker(client);
    await waitUntil(async () => (await queue.counts()).batches <= 3, { seen: () => queue.counts() });
    await handled(60);
    expect(new Set(ended.map(({ token }) => token.name)).size).toBe(60);
    const gets = emulator.calls.filter(({ method }) => method === 'getOperation').length;
    const lists = emulator.calls.filter(({ method }) => method === 'listOperations').length;
    expect(lists).toBeGreaterThan(0);
    expect(gets).toBeLessThan(60);
    await isEmpty(queue);
  });

  it('divide many operations into batches of at most 200', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const pollers = Array.from({ length: 450 }, (_, i) => client.poller(`projects/p/operations/${i}`));
    expect(await queue.addBulk(pollers.map((poller) => ({ poller })))).toBe(450);
    expect(await queue.counts()).toEqual({ running: 450, ended: 0, failed: 0, batches: 3 });
  });

  it('hand over an operation that was done when it was added, without a poll', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const poller = client.poller(emulator.start({ durationMs: 0, response: packStruct({ a: 1 }) }));
    expect(await queue.add(poller, { data: 5 })).toBe(true);
    expect(await queue.add(poller)).toBe(false);
    expect(await queue.get(poller.name)).toMatchObject({ state: 'ended', data: 5 });
    startWorker(client);
    await handled(1);
    expect(ended[0]).toMatchObject({ operation: { result: 'response' }, data: 5 });
    expect(emulator.calls).toEqual([]);
  });

  it('end as unknown at the time limit, with a token that resumes the wait', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const { name } = emulator.start({ durationMs: Infinity });
    await queue.add(client.poller(name), { totalTimeoutMs: 300 });
    startWorker(client);
    await handled(1);
    const { operation } = ended[0]!;
    expect(operation).toMatchObject({ name, result: 'unknown', reason: { code: 'LRO_POLLING_TIMEOUT' } });
    const { token, polls } = (operation as { reason: { token: never; polls: number } }).reason;
    expect(client.resume(token).name).toBe(name);
    expect(polls).toBeGreaterThan(0); // a last poll comes at the time limit
  });

  it('end as unknown where the service does not know the operation', async () => {
    const queue = makeQueue();
    const client = makeClient();
    await queue.add(client.poller('operations/never'));
    startWorker(client);
    await handled(1);
    expect(ended[0]!.operation).toMatchObject({
      result: 'unknown',
      reason: { code: 'LRO_REQUEST_FAILED', rpcCode: Code.NOT_FOUND },
    });
    expect(emulator.calls.length).toBeLessThanOrEqual(3);
    await isEmpty(queue);
  });

  it('go on through requests that fail', async () => {
    const queue = makeQueue();
    const client = makeClient();
    emulator.injectFault({ method: 'getOperation', times: 2, status: { code: Code.UNAVAILABLE, message: 'away' } });
    await queue.add(client.poller(emulator.start({ durationMs: 10, response: packStruct({}) })));
    startWorker(client);
    await handled(1);
    expect(ended[0]!.operation.result).toBe('response');
  });

  it('call a handler that fails again, until it works', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const attempts: number[] = [];
    await queue.add(client.poller(emulator.start({ durationMs: 10 })));
    startWorker(client, {
      onDone: ({ attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('busy');
      },
    });
    await waitUntil(() => attempts.length === 3);
    await isEmpty(queue);
    expect(attempts).toEqual([1, 2, 3]);
    expect(events.filter(({ type }) => type === 'handler-failed')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  });

  it('keep an operation whose handler fails for good among the failed jobs, from where it can be retried', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const poller = client.poller(emulator.start({ durationMs: 10 }));
    let isBroken = true;
    await queue.add(poller, { data: 'x' });
    startWorker(client, {
      attempts: 2,
      onDone: (one) => {
        if (isBroken) throw new Error('broken');
        ended.push(one);
      },
    });
    await waitUntil(async () => (await queue.counts()).failed === 1, { seen: () => queue.counts() });
    expect(await queue.get(poller.name)).toMatchObject({ state: 'failed', failedReason: 'broken', data: 'x' });
    expect(await queue.counts()).toEqual({ running: 0, ended: 0, failed: 1, batches: 0 });
    expect(await queue.add(poller)).toBe(false);
    isBroken = false;
    const done = bullQueue('exports-done');
    await (await done.getFailed())[0]!.retry();
    await handled(1);
    await isEmpty(queue);
  });

  it('report a running operation, and remove it', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const { name } = emulator.start({ durationMs: Infinity });
    expect(await queue.get(name)).toBeUndefined();
    expect(await queue.remove(name)).toBe(false);
    await queue.add(client.poller(name), { data: { orderId: 7 } });
    startWorker(client);
    await waitUntil(async () => ((await queue.get(name))?.polls ?? 0) >= 2);
    const status = await queue.get(name);
    expect(status).toMatchObject({ name, state: 'running', data: { orderId: 7 }, token: { name } });
    expect(await queue.remove(name)).toBe(true);
    expect(await queue.get(name)).toBeUndefined();
    expect(await queue.remove(name)).toBe(false);
    await waitUntil(async () => (await queue.counts()).batches === 0);
    expect(await queue.add(client.poller(name))).toBe(true); // it can be added again
  });

  it('drop an end that a slow worker queues after the operation was removed', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const poller = client.poller(emulator.start({ durationMs: 0, response: packStruct({}) }));
    await poller.poll();
    await queue.add(poller);
    const done = bullQueue('exports-done');
    const [late] = await done.getJobs();
    await queue.remove(poller.name);
    await done.add(late!.name, late!.data, { jobId: late!.id!, removeOnComplete: true });
    startWorker(client);
    await isEmpty(queue);
    expect(ended).toEqual([]);
  });

  it('cancel at the server; the outcome comes as ever', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const { name } = emulator.start({ durationMs: Infinity });
    const other = emulator.start({ durationMs: Infinity });
    await queue.addBulk([{ poller: client.poller(name) }, { poller: client.poller(other) }]);
    startWorker(client);
    expect(await queue.cancel(name)).toBe(true);
    await handled(1);
    expect(ended[0]!.operation).toMatchObject({ name, result: 'error', cancelled: true });
    expect(emulator.calls.filter(({ method }) => method === 'cancelOperation')).toHaveLength(1);
    await waitUntil(async () => (await queue.get(name))?.state === 'handled');
    expect(await queue.cancel(name)).toBe(false);
    expect(await queue.get(other.name)).toMatchObject({ state: 'running' });
  });

  it('go on where the service refuses to cancel, and say so', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const { name } = emulator.start({ durationMs: Infinity, cancel: 'fails' });
    await queue.add(client.poller(name));
    startWorker(client);
    await queue.cancel(name);
    await eventOf('cancel-failed');
    expect(events).toContainEqual(expect.objectContaining({ type: 'cancel-failed', name }));
    emulator.complete(name, { response: packStruct({}) });
    await handled(1);
    expect(ended[0]!.operation.result).toBe('response');
  });

  it('leave operations of a service without a client to other workers, with an event and without a spin', async () => {
    const queue = makeQueue();
    const dialogflow = makeClient('dialogflow.googleapis.com');
    await queue.add(dialogflow.poller(emulator.start({ durationMs: 10 })));
    startWorker(makeClient());
    await eventOf('missing-client');
    await waitUntil(() => events.some((event) => event.type === 'missing-client' && event.operations === 1));
    expect(events.length).toBeLessThanOrEqual(3);
    startWorker(dialogflow);
    await handled(1);
    await isEmpty(queue);
  });

  it('leave a type that the worker does not know to workers that do', async () => {
    const queue = makeQueue();
    const client = makeClient();
    await queue.add(client.poller(emulator.start({ durationMs: 10, response: packStruct({ a: 1 }) })));
    startWorker(client, { types: {} }); // an older worker, which stays
    await eventOf('unknown-type');
    expect(ended).toEqual([]);
    startWorker(client, { types: { [structType]: struct } });
    await handled(1);
    expect(ended[0]).toMatchObject({ operation: { response: { a: 1 } }, attempt: 1 });
  });

  it('leave jobs of a later version to newer workers', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const poller = client.poller(emulator.start({ durationMs: 10 }));
    await queue.add(poller);
    const jobs = bullQueue('exports');
    const [job] = await jobs.getDelayed();
    await job!.updateData({ ...job!.data, version: 2 });
    startWorker(client);
    await eventOf('newer-version');
    await waitUntil(async () => (await jobs.getDelayedCount()) === 1);
    expect(ended).toEqual([]);
  });

  it('request a result again that is too large for a job', async () => {
    const queue = makeQueue();
    const client = makeClient();
    await queue.add(
      client.poller(emulator.start({ durationMs: 10, response: packStruct({ a: 'x'.repeat(5000) }) }).name),
    );
    startWorker(client, { maxResultBytes: 1000, types: { [structType]: struct } });
    await handled(1);
    expect(ended[0]!.operation).toMatchObject({ result: 'response', response: { a: 'x'.repeat(5000) } });
    expect(emulator.calls.length).toBe(2);
  });

  it('report progress, at most once in its interval', async () => {
    const queue = makeQueue();
    const client = makeClient();
    const reports: unknown[] = [];
    const { name } = emulator.start({ durationMs: 3000, metadata: packStruct({ percent: 50 }) });
    await queue.add(client.poller(name), { data: 1 });
    startWorker(client, { onProgress: (report) => reports.push(report), progressIntervalMs: 60_000 });
    await handled(1);
    expect(reports).toMatchObject([{ operation: { name, done: false }, data: 1 }]);
  });

  it('let polls under way end when a worker is closed', async () => {
    const queue = makeQueue();
    const slow = new OperationsEmulator({ latencyMs: 300 });
    closers.push(() => slow.close());
    const client = new OperationsClient({ transport: slow.transport() });
    await queue.add(client.poller(slow.start({ durationMs: 0, response: packStruct({}) }).name));
    const worker = startWorker(client);
    await waitUntil(() => slow.calls.length === 1);
    await worker.close();
    expect((await queue.counts()).ended + ended.length).toBe(1);
  });

  it('save no credentials, and say what they are for', async () => {
    const queue = makeQueue();
    const client = new OperationsClient({
      transport: emulator.transport(),
      polling: { headers: { authorization: 'Bearer secret' } },
    });
    await queue.add(client.poller('operations/1', undefined, { headers: { 'x-goog-api-key': 'secret' } }));
    const jobs = bullQueue('exports');
    const [job] = await jobs.getDelayed();
    expect(job!.data).toMatchObject({ version: 1, parent: 'operations/', operations: [{ name: '1' }] });
    for (const key of await redis.client.keys('*')) {
      const value = await redis.client.dump(key);
      expect(value).not.toContain('secret');
    }
  });

  describe('a worker', () => {
    it('throws for two clients of one service', () => {
      expect(() => startWorker([makeClient(), makeClient()])).toThrow(/'clients' must be of different services/);
    });

    it('throws for an option that does not exist', () => {
      expect(() => startWorker(makeClient(), { pollConcurency: 3 } as never)).toThrow(/did you mean 'pollConcurrency'/);
    });
  });

  it.each([
    ['a name with a colon', 'a:b', {}, /'name' must be a text without a colon/],
    ['no connection', 'a', { connection: undefined }, /'connection' must be/],
    ['a cluster without a hash tag', 'a', { connection: { isCluster: true } }, /'prefix' must be one with a hash tag/],
  ])('refuse %s', (_case, name, options, message) => {
    expect(() => new OperationsQueue(name, { connection: redis.connection, ...options } as never)).toThrow(message);
  });
});
