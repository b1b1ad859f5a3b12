// How ends get from a batch to the queue of ended operations, whatever another worker does meanwhile.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { addBatch, type Store } from '../../../src/bullmq/batch-jobs.js';
import { makeBatches } from '../../../src/bullmq/batch.js';
import { addEnded, handOver } from '../../../src/bullmq/ended-jobs.js';
import { operationId } from '../../../src/bullmq/ids.js';
import type { EndedData } from '../../../src/bullmq/saved-end.js';
import { closeStore, openStore } from '../../../src/bullmq/stores.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';

const apiEndpoint = 'speech.googleapis.com';
const options = { attempts: 10, attemptDelayMs: 10 };

describeWithRedis('an end', () => {
  let redis: RedisServer;
  let store: Store;

  beforeAll(async () => {
    redis = await startRedis({ aof: true });
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    store = openStore('exports', { connection: redis.connection });
  });
  afterEach(() => closeStore(store));

  const tokenOf = (name: string) => ({ version: 1, name, startedAtMs: 1000, apiEndpoint }) as const;
  const endOf = (name: string): EndedData => ({
    version: 1,
    token: tokenOf(name),
    end: { result: 'completed', raw: { name, done: true } },
  });
  /** Adds a batch of operations. @returns its id. */
  const addOperations = async (names: readonly string[]): Promise<string> => {
    const [batch] = makeBatches(names.map((name) => ({ token: tokenOf(name), entry: { dueAtMs: 1000 } })));
    await addBatch(store, batch!, 1000);
    return (await store.batches.getJobs())[0]!.id!;
  };
  const queued = async () => (await store.ended.getJobs()).map(({ name }) => name).sort();
  /** The names that were added to the queue of ended operations, in order. */
  const added = async () =>
    (await redis.client.xrange('bull:exports-done:events', '-', '+'))
      .map(([, fields]) => fields)
      .filter((fields) => fields[1] === 'added')
      .map((fields) => fields[fields.indexOf('name') + 1]);

  it('is queued once, however often it is handed over', async () => {
    const owner = await addOperations(['a/1', 'a/2']);
    await handOver(store, owner, [endOf('a/1')], options);
    await handOver(store, owner, [endOf('a/1'), endOf('a/2')], options);
    expect(await queued()).toEqual(['a/1', 'a/2']);
    expect(await added()).toEqual(['a/1', 'a/2']);
  });

  it('is not queued by a worker that was slow, once it was handled', async () => {
    const owner = await addOperations(['a/1', 'a/2']);
    await handOver(store, owner, [endOf('a/1')], options);
    const id = operationId(apiEndpoint, 'a/1');
    await store.claims.finish(id, 60_000); // its handler has returned
    await store.ended.remove(id);
    await handOver(store, owner, [endOf('a/1'), endOf('a/2')], options);
    expect(await queued()).toEqual(['a/2']);
    expect(await added()).toEqual(['a/1', 'a/2']);
  });

  it('is not queued from a batch that does not own the operation any more', async () => {
    await addOperations(['a/1']);
    await handOver(store, 'b-other', [endOf('a/1')], options);
    expect(await added()).toEqual([]);
    // Nothing that stood in for its job is left.
    expect(await redis.client.keys('*guarded')).toEqual([]);
    expect(await redis.client.exists(`bull:exports-done:${operationId(apiEndpoint, 'a/1')}`)).toBe(0);
  });

  it('is queued although a transaction before has failed half-way', async () => {
    const owner = await addOperations(['a/1']);
    const key = `bull:exports-done:${operationId(apiEndpoint, 'a/1')}`;
    await redis.client.hset(key, 'guard', '');
    await redis.client.rpush('bull:exports:op:guarded', key);
    await handOver(store, owner, [endOf('a/1')], options);
    expect(await queued()).toEqual(['a/1']);
  });

  it('is queued after a restart of Redis, which has lost its scripts', async () => {
    const owner = await addOperations(['a/1', 'a/2']);
    await handOver(store, owner, [endOf('a/1')], options);
    await redis.restart();
    await handOver(store, owner, [endOf('a/2')], options);
    expect(await queued()).toEqual(['a/1', 'a/2']);
  });

  it('of an operation that was done when it was added is queued once, and not while a batch waits for it', async () => {
    expect(await addEnded(store, endOf('a/1'), options)).toBe(1);
    expect(await addEnded(store, endOf('a/1'), options)).toBe(0);
    await addOperations(['a/2']);
    expect(await addEnded(store, endOf('a/2'), options)).toBe(0);
    await store.claims.finish(operationId(apiEndpoint, 'a/1'), 60_000);
    await store.ended.remove(operationId(apiEndpoint, 'a/1'));
    expect(await addEnded(store, endOf('a/1'), options)).toBe(0);
    expect(await added()).toEqual(['a/1']);
  });
});
