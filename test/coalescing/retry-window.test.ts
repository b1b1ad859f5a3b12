// The retry window of a coalesced poll counts what its requests took, and nothing else.
import { expect, it, jest } from '@jest/globals';
import { Code, OperationsClient, type OperationsClientOptions } from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { ListedService, nameOf } from '../support/listed-service.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const hourMs = 3_600_000;

/** Waits for operations that take a second, of a service whose first requests fail. */
function waitForAll(count: number, failures: number, options?: Partial<OperationsClientOptions>) {
  const service = new ListedService(new Array<number>(count).fill(1000), []);
  const send = service.getOperation.bind(service);
  let sent = 0;
  service.getOperation = (request, call) => {
    if (sent++ >= failures) return send(request, call);
    return Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  };
  const client = new OperationsClient({ transport: service, coalesce: true, ...options });
  return Array.from({ length: count }, (_, i) => track(client.poller(nameOf(i)).promise()));
}

it('does not count the time for which the machine sleeps before the request is sent', async () => {
  const [wait] = waitForAll(1, 1);
  // Within the debounce of the lookup.
  await advance(1);
  jest.setSystemTime(Date.now() + 9 * hourMs);
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + 9 * hourMs);
  await advance(60_000);
  expect(wait!.error).toBeUndefined();
  expect(wait!.value).toBeDefined();
});

it("does not count the time in the rate limiter's queue", async () => {
  // The first is sent at once, the others one each 100 s: the last of them has its first failure after 15 minutes.
  const waits = waitForAll(10, 10, { maxRequestsPerSecond: 0.01, coalesce: { parentOf: () => undefined } });
  await advance(4 * hourMs);
  expect(waits.map(({ error }) => error)).toEqual(new Array(10).fill(undefined));
  expect(waits.every(({ value }) => value !== undefined)).toBe(true);
});

it('counts the time that its requests took', async () => {
  const [wait] = waitForAll(1, Infinity);
  await advance(11 * 60_000);
  expect(wait!.error).toMatchObject({ rpcCode: Code.UNAVAILABLE });
  expect(wait!.settledAtMs).toBeGreaterThan(9 * 60_000);
});

// Individual requests, since the operations have no parent.
const limits = {
  coalesce: { parentOf: () => undefined },
  polling: { rpcTimeoutMs: 10_000, retry: { maxElapsedMs: 25_000 } },
};

it('counts twice the deadline of a request at most, for a list and the request after it', async () => {
  // The third is sent after 100 s, and fails.
  const waits = waitForAll(3, 3, { ...limits, maxRequestsPerSecond: 0.01 });
  await advance(hourMs);
  expect(waits.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  expect(waits.every(({ value }) => value !== undefined)).toBe(true);
});

it('counts the time of requests without a response', async () => {
  const service = new ListedService([1000], []);
  service.getOperation = () => new Promise(() => undefined);
  const wait = track(new OperationsClient({ transport: service, ...limits }).poller(nameOf(0)).promise());
  await advance(hourMs);
  // Three requests of 10 s, with 0.5 and 1 s between them.
  expect(wait).toMatchObject({ error: { rpcCode: Code.DEADLINE_EXCEEDED, attempts: 3 }, settledAtMs: 31_500 });
});
