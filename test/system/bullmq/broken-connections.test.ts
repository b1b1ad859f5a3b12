// Workers whose connections break while they are made, and while they are closed.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';
import { OperationsQueue, OperationsWorker } from '../../../src/bullmq/index.js';
import { OperationsClient, type OperationsTransport } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

/** A proxy of Redis whose first connections get a version that BullMQ refuses. */
async function startOldRedis(redisPort: number, connections: number): Promise<Server> {
  let accepted = 0;
  const server = createServer((client) => {
    const isOld = accepted++ < connections;
    const upstream = createConnection(redisPort, '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      client.write(isOld ? chunk.toString('latin1').replace(/redis_version:\d/, 'redis_version:4') : chunk, 'latin1');
    });
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((one) => one.destroy()));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describeWithRedis('a worker', () => {
  let redis: RedisServer;
  let emulator: OperationsEmulator;
  let queue: OperationsQueue;
  let closers: (() => unknown)[];
  const handled: string[] = [];
  const errors: Error[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    emulator = new OperationsEmulator();
    queue = new OperationsQueue('exports', { connection: redis.connection, onError: () => undefined });
    closers = [() => emulator.close(), () => queue.close()];
    [handled.length, errors.length] = [0, 0];
  });
  afterEach(async () => {
    for (const close of closers.reverse()) await Promise.allSettled([close()]);
  });

  const startWorker = (port: number, onDone?: () => Promise<void>): OperationsWorker => {
    const transport: OperationsTransport = Object.assign(Object.create(emulator.transport()) as OperationsTransport, {
      apiEndpoint: 'speech.googleapis.com',
    });
    const worker = new OperationsWorker('exports', {
      connection: { host: '127.0.0.1', port, retryStrategy: () => 100 },
      clients: [new OperationsClient({ transport })],
      onDone: async ({ operation }) => {
        handled.push(operation.name);
        await onDone?.();
      },
      onError: (error) => errors.push(error),
    });
    closers.push(() => worker.close());
    return worker;
  };
  const add = async (name: string): Promise<void> => {
    emulator.start({ name, durationMs: 0, response: packStruct({}) });
    const startedAtMs = Date.now() - 10_000;
    await queue.add({ version: 1, name, startedAtMs, apiEndpoint: 'speech.googleapis.com' });
  };

  it('connects anew when a connection was lost while it was made', async () => {
    const old = await startOldRedis(redis.port, 6);
    closers.push(() => old.close());
    const worker = startWorker((old.address() as AddressInfo).port);
    await worker.waitUntilReady();
    await add('projects/p/operations/1');
    await waitUntil(() => handled.length === 1, { seen: () => errors });
    expect(errors[0]!.message).toMatch(/Redis version/);
    // One attempt at a time, not as many as there is time for.
    expect(errors.length).toBeLessThan(20);
    await worker.close();
  });

  it.each([
    ['is away', (proxy: FaultProxy) => proxy.close()],
    ['resets each connection', (proxy: FaultProxy) => proxy.reset()],
    ['is silent', (proxy: FaultProxy) => proxy.breakConnections('silence')],
  ])('closes in some seconds when Redis %s', async (_case, breakIt) => {
    const proxy = await FaultProxy.start(redis.port);
    closers.push(() => proxy.close());
    const worker = startWorker(proxy.port);
    await worker.waitUntilReady();
    await add('projects/p/operations/2');
    await waitUntil(() => handled.length === 1);
    breakIt(proxy);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await worker.close();
    await expectNoMoreConnections(proxy);
  });

  it('closes in some seconds when Redis goes silent while it is closed', async () => {
    const proxy = await FaultProxy.start(redis.port);
    closers.push(() => proxy.close());
    let endHandler: () => void = () => undefined;
    const worker = startWorker(proxy.port, async () => await new Promise<void>((resolve) => (endHandler = resolve)));
    await add('projects/p/operations/3');
    await waitUntil(() => handled.length === 1);
    const closing = worker.close();
    await new Promise((resolve) => setTimeout(resolve, 500));
    proxy.breakConnections('silence');
    await closing;
    endHandler();
    await expectNoMoreConnections(proxy);
  });

  it('closes a queue in some seconds when Redis is silent', async () => {
    const proxy = await FaultProxy.start(redis.port);
    closers.push(() => proxy.close());
    const connection = { host: '127.0.0.1', port: proxy.port, retryStrategy: () => 100 };
    const silent = new OperationsQueue('exports', { connection, onError: () => undefined });
    await silent.counts();
    proxy.breakConnections('silence');
    await silent.close();
    await expectNoMoreConnections(proxy);
  });
});

/** Nothing goes on connecting, although there is a Redis again. */
async function expectNoMoreConnections(proxy: FaultProxy): Promise<void> {
  await proxy.accept();
  // What the kernel accepted before is counted now.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { accepted } = proxy;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(proxy.accepted).toBe(accepted);
}
