import { describe, expect, it } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  RequestError,
  type CoalesceOptions,
  type OperationsClientOptions,
  type PollingEvent,
} from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { ListedService, nameOf, parent, type Trouble } from '../support/listed-service.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

interface Setting {
  readonly count: number;
  readonly durationMs?: number;
  readonly old?: number;
  readonly trouble?: Partial<Trouble>;
  readonly coalesce?: boolean | CoalesceOptions;
  readonly client?: Partial<OperationsClientOptions>;
}

/** Waits for so many operations, polled every five seconds. */
function waitForMany({ count, durationMs = 20_500, old = 0, trouble, coalesce = true, client: options }: Setting) {
  const service = new ListedService(new Array<number>(count).fill(durationMs), [], old, trouble);
  const polling = { backoff: constantBackoff(5000) };
  const client = new OperationsClient({ transport: service, coalesce, polling, ...options });
  const stop = new AbortController();
  const waits = Array.from({ length: count }, (_, i) =>
    track(client.poller(nameOf(i)).promise({ signal: stop.signal })),
  );
  const settled = (): number => waits.filter(({ value, error }) => value ?? error).length;
  const right = (): number =>
    waits.filter(({ value }, i) => (value as { json: number } | undefined)?.json === i).length;
  return { service, client, waits, stop, settled, right };
}

describe('coalesce', () => {
  it('sends only lists where they contain all operations', async () => {
    const { service, right } = waitForMany({ count: 300, trouble: { maxPageSize: 100 } });
    await advance(30_000);
    expect(right()).toBe(300);
    // At 0, 5, 10, 15, 20 and 25 seconds.
    expect([service.gets, service.lists]).toEqual([0, 6 * 3]);
  });

  it('is off by default', async () => {
    const { service, right } = waitForMany({ count: 3, coalesce: false });
    await advance(30_000);
    expect([right(), service.gets, service.lists]).toEqual([3, 3 * 6, 0]);
  });

  it('sends GetOperation for a single operation', async () => {
    const { service } = waitForMany({ count: 1 });
    await advance(30_000);
    expect([service.gets, service.lists]).toEqual([6, 0]);
  });

  it('postpones a poll by at most 5 % of its delay', async () => {
    const { waits } = waitForMany({ count: 20 });
    await advance(30_000);
    for (const { settledAtMs } of waits) {
      expect(settledAtMs).toBeGreaterThanOrEqual(25_000);
      expect(settledAtMs).toBeLessThanOrEqual(25_000 * 1.05 + 20);
    }
  });

  it.each([
    ['UNIMPLEMENTED', 'none', 2],
    ['PERMISSION_DENIED', 'denied', 1],
  ] as const)('remembers that the list is %s', async (_, form, lists) => {
    const { service, right } = waitForMany({ count: 50, trouble: { form } });
    await advance(30_000);
    expect([right(), service.lists, service.gets]).toEqual([50, lists, 6 * 50]);
  });

  it('finds the form of the name that the service expects', async () => {
    const { service, right } = waitForMany({ count: 50, trouble: { form: 'collection' } });
    await advance(30_000);
    expect(right()).toBe(50);
    expect(service.lists).toBeLessThanOrEqual(7);
    expect(service.gets).toBe(50); // of the first round, after the first form was rejected
  });

  it('does not list 50,000 old operations to find ten', async () => {
    const { service, right } = waitForMany({
      count: 10,
      old: 50_000,
      durationMs: 600_000,
      trouble: { maxPageSize: 100 },
    });
    await advance(610_000);
    expect(right()).toBe(10);
    expect(service.gets).toBeGreaterThan(1100);
    expect(service.lists).toBeLessThanOrEqual(30);
  });

  it('keeps listing where old operations are few', async () => {
    const { service, right } = waitForMany({ count: 100, old: 1000, trouble: { maxPageSize: 100 } });
    await advance(30_000);
    expect(right()).toBe(100);
    expect(service.requests).toBeLessThan(300);
  });

  it('sends GetOperation for what a list lacks, and for what it shows without a result', async () => {
    const { service, right } = waitForMany({ count: 100, trouble: { lacks: 0.1, bare: 0.1 } });
    await advance(30_000);
    expect(right()).toBe(100);
    expect(service.requests).toBeLessThan(150);
  });

  it('gives the list and then each request a time of its own', async () => {
    const retries: string[] = [];
    const onEvent = ({ type, name }: PollingEvent): void => {
      if (type === 'retry') retries.push(name);
    };
    const polling = { backoff: constantBackoff(5000), rpcTimeoutMs: 4000, onEvent };
    const { right } = waitForMany({
      count: 20,
      durationMs: 1,
      // Two seconds for the list that hangs, and a round trip of nearly four for the request after it.
      trouble: { pageHangs: 1, latencyMs: 1950 },
      client: { polling },
    });
    await advance(30_000);
    expect([right(), retries]).toEqual([20, []]);
  });

  it('sends GetOperation when a page hangs, and lists again later', async () => {
    const { service, right } = waitForMany({ count: 50, trouble: { pageHangs: 1 } });
    // A list has half of the 15 s of a poll: two of them hang, and in between the polls are GetOperation.
    await advance(30_000);
    expect(right()).toBe(50);
    expect(service.lists).toBeGreaterThan(1);
    expect(service.gets).toBe(150);
  });

  it('cancels the pending list when the last wait is aborted', async () => {
    const { service, stop, settled } = waitForMany({ count: 50, trouble: { pageHangs: 1 } });
    await advance(100);
    expect([service.lists, service.open]).toEqual([1, 1]);
    stop.abort();
    await advance(0);
    expect([settled(), service.open]).toEqual([50, 0]);
  });

  it('cancels a pending GetOperation when the last wait is aborted', async () => {
    const { service, stop, settled } = waitForMany({ count: 2, trouble: { latencyMs: 700 } });
    await advance(50);
    expect([service.gets, service.open]).toEqual([2, 2]);
    stop.abort();
    await advance(0);
    expect([settled(), service.open]).toEqual([2, 0]);
  });

  it('looks up operations that were requested during a list after it', async () => {
    const { client, right } = waitForMany({ count: 5, durationMs: 0, trouble: { pageHangs: 1 } });
    await advance(1000);
    const late = track(client.poller(nameOf(7)).pollUntilDone());
    await advance(10_000);
    expect(right()).toBe(5);
    expect(late).toMatchObject({ error: { rpcCode: 5, method: 'GetOperation' } });
  });

  it('ends all waits when the client is closed', async () => {
    const { service, client, settled } = waitForMany({ count: 50, trouble: { pageHangs: 1 } });
    await advance(100);
    await client.close();
    await advance(0);
    expect([settled(), service.open]).toEqual([50, 0]);
  });

  it('shares a request among pollers of the same operation', async () => {
    const service = new ListedService([8000]);
    const client = new OperationsClient({ transport: service, coalesce: true });
    const waits = Array.from({ length: 7 }, () => client.poller(nameOf(0)).promise());
    await advance(1);
    expect(service.requests).toBeLessThanOrEqual(1);
    await advance(20_000);
    expect((await Promise.all(waits)).map(({ json }) => json)).toEqual(new Array(7).fill(0));
    expect(service.lists).toBe(0);
  });

  it('counts requests against the rate limit, not names', async () => {
    const { service, right } = waitForMany({
      count: 200,
      trouble: { maxPageSize: 50 },
      client: { maxRequestsPerSecond: 10 },
    });
    await advance(1000);
    expect([service.lists, service.gets]).toEqual([4, 0]);
    await advance(30_000);
    expect(right()).toBe(200);
  });

  it('lists to the end however long the rate limit lets each page wait', async () => {
    const { service, right } = waitForMany({
      count: 200,
      durationMs: 1000,
      trouble: { maxPageSize: 50, latencyMs: 100 },
      client: { maxRequestsPerSecond: 0.1 },
    });
    await advance(60_000);
    expect([right(), service.gets]).toEqual([200, 0]);
  });

  it('keeps the rate limit where all send GetOperation, and fails no wait for having queued', async () => {
    const { service, right, settled } = waitForMany({
      count: 1000,
      durationMs: 1000,
      trouble: { form: 'none' },
      client: { maxRequestsPerSecond: 10 },
    });
    await advance(50_000);
    expect(service.requests).toBeLessThanOrEqual(501);
    await advance(300_000);
    expect([settled(), right()]).toEqual([1000, 1000]);
  });

  it('lists by the parent that parentOf() returns', async () => {
    const names: string[] = [];
    const parentOf = (name: string): string | undefined => {
      names.push(name);
      return name === nameOf(0) ? undefined : `${parent}/operations`;
    };
    const { service, right } = waitForMany({ count: 30, coalesce: { parentOf }, trouble: { form: 'collection' } });
    await advance(30_000);
    expect([right(), service.gets, service.lists]).toEqual([30, 6, 6]);
    expect(new Set(names).size).toBe(30);
  });

  it('tries no other name than the one that parentOf() returns', async () => {
    const { service } = waitForMany({
      count: 30,
      coalesce: { parentOf: () => parent },
      trouble: { form: 'collection' },
    });
    await advance(30_000);
    expect([service.gets, service.lists]).toEqual([6 * 30, 1]);
  });

  it('lists the operations of each parent separately, and none without a parent', async () => {
    const names: string[] = [];
    const transport = new ListedService([0]);
    transport.getOperation = ({ name }) => Promise.resolve({ name, done: true, response: { typeUrl: '', json: name } });
    transport.listOperations = ({ name }) => {
      names.push(name);
      return Promise.resolve({ operations: [], nextPageToken: '', unreachable: [] });
    };
    const client = new OperationsClient({ transport, coalesce: true });
    const all = ['a/b/operations/', 'a/c/operations/', 'operations/', 'operations/a/operations/', 'things/'];
    const waits = all.flatMap((prefix) => [1, 2, 3].map((n) => client.poller(`${prefix}${n}`).promise()));
    await advance(100);
    await Promise.all(waits);
    expect(names.sort()).toEqual(['a/b', 'a/c', 'operations/a']);
  });

  it.each([
    ['throws', () => (undefined as unknown as string[])[0]],
    ['returns no string', () => 5 as never],
    ['returns an empty string', () => ''],
  ])('sends GetOperation where parentOf() %s', async (_, parentOf) => {
    const { service, right } = waitForMany({ count: 5, coalesce: { parentOf } });
    await advance(30_000);
    expect([right(), service.lists]).toEqual([5, 0]);
  });

  it('delivers nothing from a list to pollers that send other headers', async () => {
    const service = new ListedService(new Array<number>(30).fill(1000));
    // The other credentials may not read the operation at all.
    const credentials: (string | undefined)[] = [];
    const listOperations = service.listOperations.bind(service);
    service.getOperation = ({ name }) =>
      Promise.reject(
        new RequestError({
          method: 'GetOperation',
          operationName: name,
          status: { code: Code.PERMISSION_DENIED, message: 'scripted', details: [] },
          origin: 'service',
        }),
      );
    service.listOperations = (request, options) => {
      credentials.push(options.headers?.authorization);
      return listOperations(request, options);
    };
    const client = new OperationsClient({ transport: service, coalesce: true });
    const wait = (i: number, authorization: string, delayMs: number) =>
      track(
        client
          .poller({ name: nameOf(i), done: false }, undefined, {
            headers: { authorization },
            backoff: constantBackoff(delayMs),
          })
          .promise(),
      );
    const other = wait(0, 'other', 60_000);
    const same = Array.from({ length: 29 }, (_, i) => wait(i + 1, 'same', 5000));
    await advance(20_000);
    expect(same.every(({ value }) => value)).toBe(true);
    expect(credentials).toContain('same');
    expect(other.settledAtMs).toBeUndefined();
    await advance(60_000);
    expect(other.error).toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
  });

  it('does not list again before the retry-after delay of a failed list', async () => {
    const { service, stop } = waitForMany({ count: 50, durationMs: 1e6 });
    const times: number[] = [];
    const startMs = performance.now();
    service.listOperations = ({ name }) => {
      times.push(performance.now() - startMs);
      return Promise.reject(
        new RequestError({
          method: 'ListOperations',
          operationName: name,
          status: { code: Code.RESOURCE_EXHAUSTED, message: 'scripted', details: [] },
          origin: 'service',
          retryAfterMs: 30_000,
        }),
      );
    };
    await advance(60_000);
    expect(times.length).toBeGreaterThan(1);
    for (const [i, atMs] of times.slice(1).entries()) expect(atMs - times[i]!).toBeGreaterThanOrEqual(30_000);
    stop.abort();
    await advance(0);
  });

  it('fails no wait because another wait for the same operation had little time', async () => {
    const service = new ListedService([0]);
    service.getOperation = ({ name }) =>
      new Promise((resolve) =>
        setTimeout(resolve, 3000, { name, done: true, response: { typeUrl: 'test/Result', json: 0 } }),
      );
    const client = new OperationsClient({ transport: service, coalesce: true, retry: { codes: [] } });
    const short = track(client.poller(nameOf(0)).promise({ totalTimeoutMs: 1000 }));
    const long = track(client.poller(nameOf(0)).promise());
    await advance(10_000);
    expect(short).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 1000 });
    expect(long.value).toMatchObject({ json: 0 });
  });

  it.each([
    [{ pageSize: 0 }, "Cannot coalesce as 'pageSize' must be a number of at least 1: current value is 0"],
    [{ parentOf: 'x' as never }, "Cannot coalesce as 'parentOf' must be a function: current value is x"],
  ])('rejects %j', async (coalesce, message) => {
    const client = new OperationsClient({ transport: new ListedService([0]), coalesce });
    const wait = track(client.poller(nameOf(0)).promise());
    await advance(10);
    expect(wait.error).toMatchObject({ message });
  });
});
