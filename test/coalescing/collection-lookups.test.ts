import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CollectionLookups } from '../../src/coalescing/collection-lookups.js';
import { Code, RequestError, type RawOperation } from '../../src/index.js';
import { LinkedList } from '../../src/rpc/linked-list.js';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import type { ActiveLoop, ClientContext } from '../../src/waiting/client-context.js';
import { ManualTransport } from '../support/manual-transport.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const stops: AbortController[] = [];

function makeCollection() {
  const transport = new ManualTransport();
  const context = { transport, timers: new TimerWheel(), activeLoops: new LinkedList() } as unknown as ClientContext;
  const listNames = ['p', 'p/operations'];
  const collection = new CollectionLookups({ context, key: 'p', listNames, pageSize: 2, headers: undefined });
  const lookup = (name: string, timeoutMs = 60_000) => {
    const stop = new AbortController();
    stops.push(stop);
    const seen = track(Promise.resolve(collection.lookup(name, stop.signal, timeoutMs)));
    return { seen, abort: () => stop.abort() };
  };
  const lookups = (count: number, timeoutMs?: number) =>
    Array.from({ length: count }, (_, i) => lookup(String(i), timeoutMs));
  const page = async (operations: readonly RawOperation[], nextPageToken = ''): Promise<void> => {
    transport.lists.at(-1)!.resolve({ operations: operations as RawOperation[], nextPageToken, unreachable: [] });
    await advance(0);
  };
  const failPage = async (error: unknown): Promise<void> => {
    transport.lists.at(-1)!.reject(error);
    await advance(0);
  };
  const addLoop = (name: string, hasWaiters = true) => {
    const loop = { name, hasWaiters, states: [] as RawOperation[], resets: 0 };
    const active = Object.assign(loop, {
      applyUpdate: (raw: RawOperation) => loop.states.push(raw) > 0,
      resetSchedule: () => {
        loop.resets++;
      },
    }) as typeof loop & ActiveLoop;
    collection.loops.add(active);
    return active;
  };
  const sent = (): readonly [gets: number, lists: number] => [transport.gets.length, transport.lists.length];
  return { transport, collection, lookup, lookups, page, failPage, addLoop, sent };
}

/** Lets the clock advance without a turn of the event loop, as work does. */
function useWork(): (ms: number) => void {
  const idleMs = performance.now.bind(performance);
  let workMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => idleMs() + workMs);
  return (ms) => void (workMs += ms);
}

function running(name: string): RawOperation {
  return { name, done: false };
}

const withoutResult = (name: string): RawOperation => ({ name, done: true });

function failure(code: Code, origin: 'service' | 'transport' = 'service'): RequestError {
  const status = { code, message: 'scripted', details: [] };
  return new RequestError({ method: 'GetOperation', operationName: 'p', status, origin });
}

describe('CollectionLookups', () => {
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await advance(0);
  });

  describe('urgent lookups', () => {
    it('sends a lookup with less than two seconds at once', () => {
      const { lookup, sent } = makeCollection();
      lookup('a', 2000);
      expect(sent()).toEqual([0, 0]);
      lookup('b', 1999);
      expect(sent()).toEqual([1, 0]);
    });

    it('sends a queued lookup at once, and only once, when an urgent caller joins it', async () => {
      const { lookup, lookups, transport, sent } = makeCollection();
      lookups(4);
      lookup('0', 1000);
      lookup('0', 1000);
      expect(sent()).toEqual([1, 0]);
      expect(transport.gets[0]!.options.timeoutMs).toBe(60_000);
      await advance(10);
      expect(sent()).toEqual([1, 1]);
    });

    it('does not count a lookup that became urgent among those that are due', async () => {
      const { lookup, lookups, sent } = makeCollection();
      lookups(3);
      lookup('0', 1000);
      await advance(10);
      expect(sent()).toEqual([3, 0]);
    });

    it('takes the response of the Get, not of the list, for a lookup that became urgent while it was listed', async () => {
      const { lookup, lookups, page, transport, sent } = makeCollection();
      const [first] = lookups(4);
      await advance(10);
      lookup('0', 1000);
      await page(['0', '1', '2', '3'].map(running));
      expect([sent(), first!.seen.value]).toEqual([[1, 1], undefined]);
      transport.gets[0]!.resolve(withoutResult('0'));
      await advance(0);
      expect(first!.seen.value).toEqual(withoutResult('0'));
    });
  });

  describe('lists', () => {
    it('asks for the next page by its token, and stops when all lookups are found', async () => {
      const { lookups, page, transport, sent } = makeCollection();
      const all = lookups(4);
      await advance(10);
      await page(['0', '1'].map(running), 'second');
      await page(['2', '3'].map(running), 'third');
      expect(transport.lists.map(({ request }) => request)).toEqual([
        { name: 'p', pageSize: 2 },
        { name: 'p', pageSize: 2, pageToken: 'second' },
      ]);
      expect(all.map(({ seen }) => seen.value)).toEqual(['0', '1', '2', '3'].map(running));
      expect(sent()).toEqual([0, 2]);
    });

    it('learns how many pages a list takes from one that found all lookups', async () => {
      const { lookups, page, sent } = makeCollection();
      lookups(3);
      await advance(10);
      await page(['0', '1', '2'].map(running), 'second');
      lookups(3);
      await advance(10);
      expect(sent()).toEqual([0, 2]);
    });

    it('learns that a list takes more pages from one that was not complete', async () => {
      const { lookups, page, sent } = makeCollection();
      lookups(6);
      await advance(10);
      await page(['0', '1', '2', '3', '4'].map(running), 'second');
      expect(sent()).toEqual([1, 1]);
      lookups(3);
      await advance(10);
      expect(sent()).toEqual([4, 1]);
    });

    it('gives a page half of the least time of its lookups', async () => {
      const { lookup, lookups, transport, sent } = makeCollection();
      lookups(3);
      lookup('x', 8000);
      await advance(2);
      expect(transport.lists[0]!.options.timeoutMs).toBe(4000);
      await advance(3999);
      expect(sent()).toEqual([0, 1]);
      await advance(1);
      expect(sent()).toEqual([4, 1]);
    });

    it('gives a page ten seconds at most', async () => {
      const { lookups, transport } = makeCollection();
      lookups(3);
      await advance(2);
      expect(transport.lists[0]!.options.timeoutMs).toBe(10_000);
    });

    it('requests no further page after half of the time', async () => {
      const { lookups, page, sent } = makeCollection();
      lookups(20, 8000);
      await advance(2);
      await advance(2500);
      await page(['0', '1', '2'].map(running), 'second');
      expect(sent()).toEqual([0, 2]);
      await advance(2500);
      await page(['3', '4', '5'].map(running), 'third');
      expect(sent()).toEqual([14, 2]);
    });

    it('does not answer a lookup by a page that was requested before it', async () => {
      const { lookup, lookups, page } = makeCollection();
      lookups(5);
      await advance(100);
      const late = lookup('late');
      await page(['late', '0', '1'].map(running), 'second');
      expect(late.seen.value).toBeUndefined();
      await page(['late', '2', '3', '4'].map(running));
      expect(late.seen.value).toEqual(running('late'));
    });

    it('tries the next name when the first page is rejected, but not when a later page is', async () => {
      const { lookups, page, failPage, transport } = makeCollection();
      lookups(8);
      await advance(10);
      await page(['0', '1'].map(running), 'second');
      await failPage(failure(Code.INVALID_ARGUMENT));
      transport.gets.forEach((get) => get.resolve(running(get.request.name)));
      await advance(1000);
      lookups(8);
      await advance(10);
      await failPage(failure(Code.INVALID_ARGUMENT));
      transport.gets.forEach((get) => get.resolve(running(get.request.name)));
      await advance(10);
      lookups(8);
      await advance(10);
      expect(transport.lists.map(({ request }) => request.name)).toEqual(['p', 'p', 'p', 'p/operations']);
    });

    it('does not list for a second after a response that is not a list', async () => {
      const { lookup, lookups, page, sent } = makeCollection();
      lookups(3);
      await advance(10);
      await page(5 as never);
      expect(sent()).toEqual([3, 1]);
      ['a', 'b', 'c'].forEach((name) => lookup(name));
      await advance(10);
      expect(sent()).toEqual([6, 1]);
      await advance(1000);
      ['d', 'e', 'f'].forEach((name) => lookup(name));
      await advance(10);
      expect(sent()).toEqual([6, 2]);
    });

    it('cancels the page with the last caller only, and does not count that as a failure', async () => {
      const { lookups, transport, sent } = makeCollection();
      const callers = lookups(3);
      await advance(10);
      const { signal } = transport.lists[0]!.options;
      const wasAborted = callers.map(({ abort }) => {
        abort();
        return signal!.aborted;
      });
      expect(wasAborted).toEqual([false, false, true]);
      await advance(0);
      lookups(3);
      await advance(10);
      expect(sent()).toEqual([0, 2]);
    });
  });

  describe('other active loops', () => {
    it('lists for them once Gets have cost as much as a list', async () => {
      const { lookup, lookups, page, addLoop, sent } = makeCollection();
      for (let i = 0; i < 10; i++) addLoop(`other-${i}`);
      lookups(3);
      await advance(10);
      await page([]);
      expect(sent()).toEqual([3, 1]);
      ['a', 'b'].forEach((name) => lookup(name));
      await advance(10);
      expect(sent()).toEqual([3, 2]);
    });

    it('counts a lookup once that the list found as no Get', async () => {
      const { lookup, lookups, page, addLoop, sent } = makeCollection();
      for (let i = 0; i < 20; i++) addLoop(`other-${i}`);
      lookups(10);
      await advance(10);
      await page(['0', '1', '2', '3'].map(running), 'second');
      await page(['4', '5'].map(running), 'third');
      await page(['6', '7'].map(running));
      expect(sent()).toEqual([2, 3]);
      ['a', 'b'].forEach((name) => lookup(name));
      await advance(10);
      expect(sent()).toEqual([4, 3]);
    });

    it('delivers each listed state once, and only to loops that have waiters', async () => {
      const { lookups, page, addLoop } = makeCollection();
      const [other, twin, idle] = [addLoop('other'), addLoop('other'), addLoop('other', false)];
      const looked = addLoop('0');
      lookups(5);
      await advance(10);
      await page(['other', '0', '1', 'other'].map(running), 'second');
      await page(['other', '0', '2', '3', '4'].map(running));
      expect([other, twin, idle].map(({ states }) => states.length)).toEqual([1, 1, 0]);
      expect(looked.states).toEqual([]);
    });

    it('does not deliver a state older than that of a Get which ended while the list went on', async () => {
      const { lookup, lookups, page, addLoop, transport } = makeCollection();
      const loop = addLoop('x');
      lookups(5);
      await advance(10);
      lookup('x', 1000);
      transport.gets[0]!.resolve(running('x'));
      await advance(0);
      await page(['x', '0', '1', '2', '3', '4'].map(running));
      expect(loop.states).toEqual([]);
    });

    it('sends a Get for an operation that a list showed done without a result', async () => {
      const { lookup, lookups, page, addLoop, sent } = makeCollection();
      const loop = addLoop('other');
      lookups(3);
      await advance(10);
      await page([withoutResult('other'), ...['0', '1', '2'].map(running)]);
      expect([loop.states, loop.resets]).toEqual([[], 1]);
      lookup('other');
      expect(sent()).toEqual([1, 1]);
    });

    it('forgets with the loop that an operation was done without a result', async () => {
      const { collection, lookup, lookups, page, addLoop, sent } = makeCollection();
      const [loop, twin] = [addLoop('other'), addLoop('other')];
      lookups(3);
      await advance(10);
      await page([withoutResult('other'), ...['0', '1', '2'].map(running)]);
      expect(collection.deleteLoop(loop)).toBe(true);
      expect(collection.doneWithoutResult.size).toBe(1);
      expect(collection.deleteLoop(twin)).toBe(true);
      expect(collection.deleteLoop(twin)).toBe(false);
      lookup('other');
      expect(sent()).toEqual([0, 1]);
    });
  });

  describe('Gets', () => {
    it('skips lookups that were abandoned or sent before their turn', async () => {
      const { transport, lookup, lookups, failPage, sent } = makeCollection();
      const all = lookups(5);
      await advance(10);
      transport.onGet = () => {
        transport.onGet = undefined;
        all[3]!.abort();
        lookup('4', 1000);
      };
      await failPage(failure(Code.UNAVAILABLE));
      expect(transport.gets.map(({ request }) => request.name).sort()).toEqual(['0', '1', '2', '4']);
      expect(sent()).toEqual([4, 1]);
    });

    it('sends a Get again that had the deadline of an earlier caller', async () => {
      const { transport, lookup, sent } = makeCollection();
      const first = lookup('a', 1500);
      const second = lookup('a', 9000);
      await advance(1500);
      expect([sent(), first.seen.error]).toEqual([[2, 0], undefined]);
      expect(transport.gets[1]!.options.timeoutMs).toBe(9000);
      await advance(9000);
      expect([sent(), second.seen.error]).toMatchObject([[2, 0], { rpcCode: Code.DEADLINE_EXCEEDED }]);
    });

    it.each([failure(Code.DEADLINE_EXCEEDED), failure(Code.UNAVAILABLE, 'transport')])(
      'does not send a Get again after another failure',
      async (error) => {
        const { transport, lookup, sent } = makeCollection();
        const { seen } = lookup('a', 1500);
        lookup('a', 9000);
        transport.gets[0]!.reject(error);
        await advance(10);
        expect([sent(), seen.error]).toEqual([[1, 0], error]);
      },
    );

    it('cancels a Get with its last caller, and starts anew for a later one', async () => {
      const { transport, lookup, sent } = makeCollection();
      const [first, second] = [lookup('a', 1000), lookup('a', 1000)];
      first.abort();
      expect(transport.gets[0]!.options.signal!.aborted).toBe(false);
      second.abort();
      expect(transport.gets[0]!.options.signal!.aborted).toBe(true);
      lookup('a', 1000);
      await advance(0);
      lookup('a', 1000);
      expect(sent()).toEqual([2, 0]);
    });
  });

  describe('a long task', () => {
    it('yields to the event loop while it delivers a page', async () => {
      const { lookups, page, addLoop } = makeCollection();
      const work = useWork();
      const loops = Array.from({ length: 64 }, (_, i) => addLoop(`other ${i}`));
      for (const loop of loops) {
        loop.applyUpdate = (raw) => {
          work(1);
          return loop.states.push(raw) > 0;
        };
      }
      const delivered = (): number => loops.filter(({ states }) => states.length > 0).length;
      lookups(5);
      await advance(10);
      let deliveredInFirstTurn = 0;
      setTimeout(() => (deliveredInFirstTurn = delivered()), 0);
      await page([...loops.map(({ name }) => name), '0', '1', '2', '3', '4'].map(running));
      await advance(10);
      expect([deliveredInFirstTurn, delivered()]).toEqual([16, 64]);
    });

    it('yields to the event loop while it sends Gets', async () => {
      const { transport, lookups, failPage, sent } = makeCollection();
      const work = useWork();
      const getOperation = transport.getOperation.bind(transport);
      transport.getOperation = (...args) => {
        work(1);
        return getOperation(...args);
      };
      lookups(64);
      await advance(10);
      let sentInFirstTurn: readonly number[] = [];
      setTimeout(() => (sentInFirstTurn = sent()), 0);
      await failPage(failure(Code.UNAVAILABLE));
      await advance(10);
      expect([sentInFirstTurn, sent()]).toEqual([
        [16, 1],
        [64, 1],
      ]);
    });
  });
});
