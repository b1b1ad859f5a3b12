import { describe, expect, it, jest } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  type CallOptions,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import { fc } from '../support/fast-check.js';
import { failure, ScriptedTransport } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** Answers by the name of the operation and the number of the request. */
class CrowdTransport extends ScriptedTransport {
  readonly sent: { readonly name: string; readonly atMs: number; readonly options: CallOptions }[] = [];
  readonly #startMs = performance.now();
  readonly #answer: (name: string, request: number) => boolean | Error;

  constructor(answer: (name: string, request: number) => boolean | Error = () => false, latencyMs = 0) {
    super([], { latencyMs });
    this.#answer = answer;
  }

  override async getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    this.sent.push({ name, atMs: performance.now() - this.#startMs, options });
    const answer = this.#answer(name, this.sent.length - 1);
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    if (answer instanceof Error) throw answer;
    return { name, done: answer };
  }

  get order(): string[] {
    return this.sent.map(({ name }) => name);
  }

  override get times(): number[] {
    return this.sent.map(({ atMs }) => atMs);
  }

  countIn(fromMs: number, toMs: number): number {
    return this.sent.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
  }
}

function makeClient(transport: CrowdTransport, maxRequestsPerSecond?: number, polling: PollingOptions = {}) {
  return new OperationsClient({
    transport,
    maxRequestsPerSecond,
    polling: { backoff: constantBackoff(1000), ...polling },
  });
}

/** The most requests in any second. */
function busiestSecond(times: readonly number[]): number {
  let [most, first] = [0, 0];
  for (const [i, atMs] of times.entries()) {
    while (atMs - times[first]! >= 1000) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

describe('maxRequestsPerSecond', () => {
  it('is off by default: all requests that are due are sent', async () => {
    const transport = new CrowdTransport(() => true);
    const client = makeClient(transport);
    const all = track(Promise.all(Array.from({ length: 1000 }, (_, i) => client.poller(`operations/${i}`).promise())));
    await advance(0);
    expect(all.value).toHaveLength(1000);
    expect(new Set(transport.times)).toEqual(new Set([0]));
  });

  it('is never exceeded in any second by too many pollers, and is used in full', async () => {
    const transport = new CrowdTransport();
    const client = makeClient(transport, 10);
    const controller = new AbortController();
    const all = Array.from({ length: 60 }, (_, i) =>
      track(client.poller(`operations/${i}`).promise({ signal: controller.signal })),
    );
    await advance(20_000);
    controller.abort('enough');
    await advance(0);
    expect(all.every(({ error }) => error === 'enough')).toBe(true);
    expect(busiestSecond(transport.times)).toBeLessThanOrEqual(11);
    expect(transport.sent.length).toBeGreaterThanOrEqual(200);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is never exceeded, for any rate and any number of pollers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0.2, max: 30, noNaN: true })),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
        async (perSecond, delays, bad) => {
          const transport = new CrowdTransport((_, request) =>
            bad.includes(request) ? failure(Code.UNAVAILABLE) : false,
          );
          const client = makeClient(transport, perSecond);
          const all = delays.map((delayMs, i) =>
            track(
              client
                .poller(`operations/${i}`, undefined, { backoff: constantBackoff(delayMs) })
                .promise({ totalTimeoutMs: 10_000 + i }),
            ),
          );
          await advance(10_020);
          expect(all.map(({ settledAtMs }) => settledAtMs)).toEqual(delays.map((_, i) => 10_000 + i));
          expect(busiestSecond(transport.times)).toBeLessThanOrEqual(Math.max(1, Math.ceil(perSecond)) + 1);
          expect(jest.getTimerCount()).toBe(0);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 40), seed: 5 },
    );
  });

  it('sends the earliest due request first, and the first retry of one that had its turn before it', async () => {
    // Due every tenth of a second from 100 ms on, and one goes a second; the first one fails.
    const transport = new CrowdTransport((_, request) => (request === 0 ? failure(Code.UNAVAILABLE) : true));
    const client = makeClient(transport, 1);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const all = names.map((name, i) =>
      track(
        client.poller({ name, done: false }, undefined, { backoff: constantBackoff(100 * (i + 1)) }).pollUntilDone(),
      ),
    );
    await advance(6000);
    expect(all.every(({ value }) => value?.done)).toBe(true);
    expect(transport.order).toEqual(['a', 'a', 'b', 'c', 'd', 'e']);
    expect(transport.times).toEqual([100, 1100, 2100, 3100, 4100, 5100]);
  });

  it('orders requests by due time, not by arrival', async () => {
    const transport = new CrowdTransport(() => true);
    const client = makeClient(transport, 1);
    const late = ['d', 'c', 'b', 'a'].map((name, i) =>
      client.poller({ name, done: false }, undefined, { backoff: constantBackoff(400 - 100 * i) }).promise(),
    );
    const all = track(Promise.all(late));
    await advance(4000);
    expect(all.value).toBeDefined();
    expect(transport.order).toEqual(['a', 'b', 'c', 'd']);
  });

  it('starves no poller: a slow one is served among many fast ones', async () => {
    const transport = new CrowdTransport();
    const client = makeClient(transport, 10);
    const controller = new AbortController();
    const poll = (name: string, delayMs: number) =>
      track(
        client
          .poller(name, undefined, { backoff: constantBackoff(delayMs) })
          .promise({ signal: controller.signal })
          .catch(() => {}),
      );
    for (let i = 0; i < 20; i++) void poll(`greedy/${i}`, 1);
    for (let i = 0; i < 3; i++) void poll(`modest/${i}`, 2000);
    await advance(30_000);
    controller.abort();
    await advance(0);
    const counts = new Map<string, number>();
    for (const name of transport.order) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (let i = 0; i < 3; i++) expect(counts.get(`modest/${i}`)).toBeGreaterThanOrEqual(6);
    const greedy = [...counts].filter(([name]) => name.startsWith('greedy')).map(([, count]) => count);
    expect(greedy).toHaveLength(20);
    expect(Math.max(...greedy) - Math.min(...greedy)).toBeLessThanOrEqual(1);
  });

  it('sends the next request in place of one that was aborted', async () => {
    const transport = new CrowdTransport(() => true);
    const client = makeClient(transport, 1);
    const controller = new AbortController();
    const first = track(client.poller('a').promise());
    const aborted = track(client.poller('b').promise({ signal: controller.signal }));
    const timedOut = track(client.poller('c').promise({ totalTimeoutMs: 700 }));
    const last = track(client.poller('d').promise());
    await advance(500);
    controller.abort('enough');
    await advance(500);
    expect(first.settledAtMs).toBe(0);
    expect(aborted).toEqual({ error: 'enough', settledAtMs: 500 });
    expect(timedOut).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 700 });
    expect(last.settledAtMs).toBe(1000);
    expect(transport.order).toEqual(['a', 'd']);
  });

  it('leaves no timer when all requests are aborted', async () => {
    const client = makeClient(new CrowdTransport(), 0.01);
    const controller = new AbortController();
    const all = Array.from({ length: 5 }, (_, i) =>
      track(client.poller(`operations/${i}`).promise({ signal: controller.signal })),
    );
    await advance(500);
    expect(jest.getTimerCount()).toBeGreaterThan(0);
    controller.abort('enough');
    expect(jest.getTimerCount()).toBe(0);
    await advance(0);
    expect(all.every(({ error }) => error === 'enough')).toBe(true);
  });

  it('does not count the time in the queue towards the deadline of the request', async () => {
    const transport = new CrowdTransport(() => true, 800);
    const client = makeClient(transport, 0.2, { rpcTimeoutMs: 1000 });
    const all = ['a', 'b', 'c', 'd'].map((name) => track(client.poller(name).promise()));
    await advance(15_800);
    expect(all.map(({ settledAtMs }) => settledAtMs)).toEqual([800, 5800, 10_800, 15_800]);
    expect(transport.sent.map(({ options }) => options.timeoutMs)).toEqual([1000, 1000, 1000, 1000]);
    expect(transport.times).toEqual([0, 5000, 10_000, 15_000]);
  });

  it('causes no burst after the machine was suspended', async () => {
    const transport = new CrowdTransport(() => true);
    const client = makeClient(transport, 1);
    const all = track(Promise.all(Array.from({ length: 10 }, (_, i) => client.poller(`operations/${i}`).promise())));
    const awake = performance.now.bind(performance);
    let sleptMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => awake() + sleptMs);
    await advance(500);
    sleptMs = 3_600_000;
    await advance(500);
    expect(transport.sent.length).toBeLessThanOrEqual(2 + 2);
    await advance(10_000);
    expect(all.value).toHaveLength(10);
  });

  it('applies to server-side waits, too', async () => {
    const transport = Object.assign(new CrowdTransport(() => true), {
      waitedAtMs: [] as number[],
      waitOperation({ name }: { name: string }): Promise<RawOperation> {
        this.waitedAtMs.push(performance.now());
        return Promise.resolve({ name, done: true });
      },
    });
    const client = makeClient(transport, 2);
    const all = track(Promise.all(['a', 'b', 'c', 'd'].map((name) => client.poller(name).promise())));
    await advance(1500);
    expect(all.value).toHaveLength(4);
    expect(transport.waitedAtMs.map((atMs) => atMs - transport.waitedAtMs[0]!)).toEqual([0, 500, 1000, 1500]);
    expect(transport.sent).toEqual([]);
  });
});

describe('RESOURCE_EXHAUSTED', () => {
  async function complain(when: (request: number) => boolean, latencyMs = 0) {
    const transport = new CrowdTransport(
      (_, request) => (when(request) ? failure(Code.RESOURCE_EXHAUSTED) : false),
      latencyMs,
    );
    const client = makeClient(transport, 10);
    const controller = new AbortController();
    const all = Array.from({ length: 40 }, (_, i) =>
      track(client.poller(`operations/${i}`).promise({ signal: controller.signal })),
    );
    await advance(200_000);
    controller.abort('enough');
    await advance(1000);
    expect(all.every(({ error }) => error === 'enough')).toBe(true);
    return transport;
  }

  it('halves the rate for a minute', async () => {
    const transport = await complain((request) => request === 100); // at 10 s
    expect(transport.countIn(0, 10_000)).toBe(100);
    expect(transport.countIn(12_000, 62_000)).toBeGreaterThanOrEqual(249);
    expect(transport.countIn(12_000, 62_000)).toBeLessThanOrEqual(251);
    expect(transport.countIn(72_000, 172_000)).toBeGreaterThanOrEqual(999);
  });

  it('of concurrent requests counts once', async () => {
    const transport = await complain((request) => request >= 100 && request < 103, 250);
    expect(transport.countIn(12_000, 62_000)).toBeGreaterThanOrEqual(245);
    expect(transport.countIn(80_000, 180_000)).toBeGreaterThanOrEqual(999);
  });

  it('lowers the rate further when it is repeated, never to zero', async () => {
    const transport = await complain((request) => request >= 100);
    const [before, after] = [transport.countIn(0, 10_000), transport.countIn(100_000, 200_000)];
    expect(before).toBe(100);
    expect(after).toBeGreaterThanOrEqual(10);
    expect(after).toBeLessThanOrEqual(50);
  });

  it('differs from other failures, which do not lower the rate', async () => {
    const transport = new CrowdTransport((_, request) => (request === 50 ? failure(Code.UNAVAILABLE) : false));
    const client = makeClient(transport, 10);
    const controller = new AbortController();
    const all = Array.from({ length: 40 }, (_, i) =>
      track(client.poller(`operations/${i}`).promise({ signal: controller.signal })),
    );
    await advance(30_000);
    controller.abort('enough');
    await advance(0);
    expect(all.every(({ error }) => error === 'enough')).toBe(true);
    expect(transport.countIn(10_000, 30_000)).toBe(200);
  });
});

describe('the option', () => {
  it.each([0, -1, 0.0001, NaN, -Infinity])('throws for %p', (maxRequestsPerSecond) => {
    expect(() => makeClient(new CrowdTransport(), maxRequestsPerSecond)).toThrow(
      new RangeError(
        `Cannot make a client as 'maxRequestsPerSecond' must be a number of at least 0.001: current value is ${maxRequestsPerSecond}`,
      ),
    );
  });

  it.each(['5', null, {}])('throws for a value that is not a number: %j', (value) => {
    expect(() => makeClient(new CrowdTransport(), value as never)).toThrow(TypeError);
  });

  it.each([0.001, 1, 1e9, Infinity])('accepts %p', async (maxRequestsPerSecond) => {
    const client = makeClient(new CrowdTransport(() => true), maxRequestsPerSecond);
    const seen = track(client.poller('a').promise());
    await advance(0);
    expect(seen.value).toBeDefined();
  });
});
