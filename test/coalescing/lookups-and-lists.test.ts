import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CollectionLookups } from '../../src/coalescing/collection-lookups.js';
import { installCoalescer } from '../../src/coalescing/coalescer.js';
import { FairQueue } from '../../src/coalescing/fair-queue.js';
import { forEachYielding } from '../../src/coalescing/for-each-yielding.js';
import { ListCostModel } from '../../src/coalescing/list-cost-model.js';
import { Code, RequestError, type CoalesceOptions, type RawOperation } from '../../src/index.js';
import type { Sent } from '../../src/rpc/call-spec.js';
import { LinkedList } from '../../src/rpc/linked-list.js';
import type { RateLimiter, RateLimitedTask } from '../../src/rpc/rate-limiter.js';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import type { ClientContext } from '../../src/waiting/client-context.js';
import { ManualTransport } from '../support/manual-transport.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const stops: AbortController[] = [];
// Before it is checked that no timer is left.
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await advance(0);
});
const advance = useVirtualTime();

function makeContext() {
  const transport = new ManualTransport();
  const context = { transport, timers: new TimerWheel(), activeLoops: new LinkedList() } as unknown as ClientContext;
  return { transport, context };
}

function makeCollection() {
  const { transport, context } = makeContext();
  const collection = new CollectionLookups({ context, key: 'p', listNames: ['p'], pageSize: 2, headers: undefined });
  return { transport, lookup: makeLookup((...rest) => collection.lookup(...rest)) };
}

function makeCoalescer(options: true | CoalesceOptions) {
  const { transport, context } = makeContext();
  const send = installCoalescer(context, options);
  return { transport, lookup: makeLookup((name, signal, timeoutMs) => send(name, { signal }, timeoutMs)) };
}

type Send = (name: string, signal: AbortSignal, timeoutMs: number) => Sent<RawOperation>;

/** Looks up until the test ends. */
function makeLookup(send: Send): (name: string, timeoutMs?: number) => ReturnType<typeof track<RawOperation>> {
  return (name, timeoutMs = 60_000) => {
    const stop = new AbortController();
    stops.push(stop);
    return track(Promise.resolve(send(name, stop.signal, timeoutMs)));
  };
}

const running = (name: string): RawOperation => ({ name, done: false });
const pageOf = (names: readonly string[], nextPageToken = '') => ({
  operations: names.map(running),
  nextPageToken,
  unreachable: [],
});

describe('a lookup', () => {
  it('that comes while a list is under way is sent after its end', async () => {
    const { transport, lookup } = makeCollection();
    for (const name of ['0', '1', '2']) lookup(name);
    await advance(10);
    for (const name of ['3', '4', '5']) lookup(name);
    await advance(200);
    expect([transport.gets.length, transport.lists.length]).toEqual([0, 1]);
    transport.lists[0]!.resolve(pageOf(['0', '1', '2']));
    await advance(10);
    expect([transport.gets.length, transport.lists.length]).toEqual([0, 2]);
  });

  it('that was sent individually is not looked for in further pages', async () => {
    const { transport, lookup } = makeCollection();
    for (const name of ['0', '1', '2', '3', '4']) lookup(name);
    await advance(10);
    for (const name of ['0', '1', '2']) lookup(name, 1000);
    transport.lists[0]!.resolve(pageOf(['3', '4'], 'next'));
    await advance(0);
    expect([transport.gets.length, transport.lists.length]).toEqual([3, 1]);
  });

  it('is sent anew after one of the same operation failed', async () => {
    const { transport, lookup } = makeCollection();
    const status = { code: Code.UNAVAILABLE, message: 'scripted', details: [] };
    const error = new RequestError({ method: 'GetOperation', operationName: 'a', status, origin: 'service' });
    const first = lookup('a', 1000);
    transport.gets[0]!.reject(error);
    await advance(0);
    const second = lookup('a', 1000);
    expect(transport.gets).toHaveLength(2);
    transport.gets[1]!.resolve(running('a'));
    await advance(0);
    expect([first.error, second.value]).toEqual([error, running('a')]);
  });

  it('of an operation without a parent is sent at once', () => {
    const { transport, lookup } = makeCoalescer({ parentOf: () => undefined });
    lookup('a');
    expect(transport.gets).toHaveLength(1);
  });
});

describe('a list', () => {
  it.each([
    ['500 operations a page by default', true, 500],
    ['as many operations a page as pageSize says', { pageSize: 70 }, 70],
  ] as const)('requests %s', async (_, options, pageSize) => {
    const { transport, lookup } = makeCoalescer(options);
    for (const id of [1, 2, 3]) lookup(`p/operations/${id}`);
    await advance(10);
    expect(transport.lists[0]!.request).toEqual({ name: 'p', pageSize });
  });

  it('is not sent for other active loops before any Get was', () => {
    expect(new ListCostModel().shouldList(2, 1000, 0)).toBe(false);
  });
});

describe('FairQueue', () => {
  it('keeps its entry in the rate limiter while one task is left', () => {
    const entries = new Set<RateLimitedTask>();
    const rateLimiter = {
      enqueue: (task: RateLimitedTask) => entries.add(task),
      cancel: (task: RateLimitedTask) => entries.delete(task),
    } as unknown as RateLimiter;
    const queue = new FairQueue(rateLimiter);
    const run = jest.fn();
    const task = () => ({ startedMs: 0, run, previous: undefined, next: undefined }) as unknown as RateLimitedTask;
    const [first, second] = [task(), task()];
    for (const one of [first, second]) queue.enqueue(one);
    queue.cancel(first);
    expect(entries.size).toBe(1);
    for (const entry of entries) entry.run();
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('forEachYielding()', () => {
  it.each([
    [5, 1],
    [4, 0],
  ])('yields %s milliseconds of work later so many times: %s', async (workMs, yields) => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const whole = forEachYielding(new Array<number>(16).fill(0).keys(), (item) => {
      if (item < workMs) jest.advanceTimersByTime(1);
    });
    await advance(0);
    await whole;
    expect(timers).toHaveBeenCalledTimes(yields);
  });

  it('runs no pending microtask before the sixteenth item', async () => {
    let seen = 0;
    let count = 0;
    await forEachYielding(new Array<number>(32).fill(0), () => {
      if (count++ === 0) void Promise.resolve().then(() => (seen = count));
    });
    expect(seen).toBe(16);
  });
});
