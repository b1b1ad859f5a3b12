// The connections to Redis that durable waits may have: options, clients of ioredis and node-redis, TLS, Redis Cluster.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionOptions } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { OperationsQueue, OperationsWorker } from '../../../src/bullmq/index.js';
import { constantBackoff, OperationsClient, type OperationsTransport } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { installedSet } from '../../support/installed.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';
import { hasRedisTls, type RedisServerOptions } from '../../support/redis.js';
import { waitUntil } from '../../support/wait-until.js';

/** Starts a Redis for the tests of a block. */
function useRedis(options: RedisServerOptions): () => RedisServer {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis(options);
  }, 30_000);
  afterAll(() => redis.close());
  return () => redis;
}

describeWithRedis('durable waits', () => {
  let emulator: OperationsEmulator;
  let closers: (() => unknown)[];

  beforeEach(() => {
    emulator = new OperationsEmulator();
    closers = [() => emulator.close()];
  });
  afterEach(async () => {
    for (const close of closers.reverse()) await Promise.allSettled([close()]);
  });

  const open = (connection: ConnectionOptions, prefix = 'bull') => {
    const transport: OperationsTransport = Object.assign(Object.create(emulator.transport()) as OperationsTransport, {
      apiEndpoint: 'speech.googleapis.com',
    });
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(50) } });
    const handled: string[] = [];
    const queue = new OperationsQueue('exports', { connection, prefix, onError: () => undefined });
    closers.push(() => queue.close());
    const startWorker = () => {
      const worker = new OperationsWorker('exports', {
        connection,
        prefix,
        clients: [client],
        onError: () => undefined,
        onDone: ({ operation }) => handled.push(operation.name),
      });
      closers.push(() => worker.close());
      return worker;
    };
    return { queue, startWorker, handled };
  };

  /** Adds operations of all kinds, and waits until each has been handled once. */
  const waitForSome = async ({ queue, startWorker, handled }: ReturnType<typeof open>) => {
    const names = Array.from({ length: 12 }, (_, i) => `projects/p${i % 2}/operations/${i}`);
    names.forEach((name, i) => emulator.start({ name, durationMs: 50 * i, response: packStruct({}) }));
    const tokens = names.map((name) => ({
      version: 1 as const,
      name,
      startedAtMs: Date.now() - 5000,
      apiEndpoint: 'speech.googleapis.com',
    }));
    await queue.addBulk(tokens.slice(0, 10).map((poller) => ({ poller })));
    for (const token of tokens.slice(10)) expect(await queue.add(token, { priority: 2 })).toBe(true);
    const worker = startWorker();
    await waitUntil(() => handled.length >= names.length, { withinMs: 30_000, seen: () => handled });
    expect([...handled].sort()).toEqual([...names].sort());
    await waitUntil(async () => (await queue.get(names[0]!))?.state === 'handled');
    expect(await queue.add(tokens[0]!)).toBe(false);
    return worker;
  };

  const goOnAfterRestart = async (
    redis: RedisServer,
    makeClient: () => ConnectionOptions | Promise<ConnectionOptions>,
  ) => {
    const { queue, startWorker, handled } = open(await makeClient());
    const add = (name: string) => queue.add({ version: 1, name, startedAtMs: 1, apiEndpoint: 'speech.googleapis.com' });
    for (const id of [1, 2]) emulator.start({ name: `operations/${id}`, durationMs: 0, response: packStruct({}) });
    startWorker();
    await add('operations/1');
    await waitUntil(() => handled.length === 1, { withinMs: 15_000 });
    await redis.restart();
    await redis.client.ping();
    await waitUntil(
      async () =>
        add('operations/2').then(
          () => true,
          () => false,
        ),
      { withinMs: 10_000 },
    );
    await waitUntil(() => handled.length === 2, { withinMs: 15_000 });
  };

  describe('with a client of ioredis', () => {
    const redis = useRedis({});
    const makeClient = (options: object = {}): Redis => {
      const client = new Redis({ ...redis().connection, maxRetriesPerRequest: null, ...options });
      closers.push(() => client.disconnect());
      return client;
    };

    it('use it, and leave it open', async () => {
      const client = makeClient();
      const opened = open(client);
      const worker = await waitForSome(opened);
      await Promise.all([worker.close(), opened.queue.close()]);
      expect(await client.ping()).toBe('PONG');
    });

    it('go on when Redis was restarted, and has lost its scripts', () => goOnAfterRestart(redis(), makeClient));

    it('throw if it gives commands up, or has a prefix of its own', () => {
      expect(() => open(makeClient({ maxRetriesPerRequest: 20 })).startWorker()).toThrow(
        /'connection' must be .*maxRetriesPerRequest: null/,
      );
      expect(() => open(makeClient({ keyPrefix: 'mine:' }))).toThrow(/'connection' must be .*without a keyPrefix/);
      expect(() => open({ ...redis().connection, keyPrefix: 'mine:' })).toThrow(/without a keyPrefix/);
    });
  });

  installedSet('redis').describe('with a client of node-redis', () => {
    const redis = useRedis({});

    const makeClient = async () => {
      const { createClient } = (await installedSet('redis').load('redis')) as {
        createClient: (options: object) => ConnectionOptions & {
          on(event: string, listener: () => void): void;
          connect(): Promise<unknown>;
          ping(): Promise<string>;
          destroy(): void;
        };
      };
      const client = createClient({ socket: { host: '127.0.0.1', port: redis().port, reconnectStrategy: 50 } });
      client.on('error', () => undefined);
      await client.connect();
      closers.push(() => client.destroy());
      return client;
    };

    it('use it, and leave it open', async () => {
      const client = await makeClient();
      const opened = open(client);
      const worker = await waitForSome(opened);
      await Promise.all([worker.close(), opened.queue.close()]);
      expect(await client.ping()).toBe('PONG');
    });

    it('go on when Redis was restarted, and has lost its scripts', () => goOnAfterRestart(redis(), makeClient));
  });

  (hasRedisTls ? describe : describe.skip)('over TLS', () => {
    const redis = useRedis({ tls: true });

    it('connect with the certificate of an authority that is trusted', async () => {
      await waitForSome(open(redis().connection));
    });
  });

  describe('with Redis Cluster', () => {
    const redis = useRedis({ cluster: true });
    const makeCluster = (lazyConnect = false): Cluster => {
      const options = { lazyConnect, redisOptions: { maxRetriesPerRequest: null } };
      const cluster = new Cluster([redis().connection], options);
      cluster.on('error', () => undefined);
      closers.push(() => cluster.disconnect());
      return cluster;
    };

    it('keep all keys in the slot of the hash tag', async () => {
      await waitForSome(open(makeCluster(), '{bull}'));
      const keys = await redis().client.keys('*');
      expect(keys.length).toBeGreaterThan(0);
      expect(keys.filter((key) => !key.startsWith('{bull}:'))).toEqual([]);
    });

    it('throw for a prefix without a hash tag', () => {
      const cluster = makeCluster(true);
      expect(() => open(cluster)).toThrow(/'prefix' must be one with a hash tag/);
    });
  });
});
