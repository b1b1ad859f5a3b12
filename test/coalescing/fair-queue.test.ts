import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient, type RawOperation } from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { FairQueue } from '../../src/coalescing/fair-queue.js';
import type { RateLimiter, RateLimitedTask } from '../../src/rpc/rate-limiter.js';
import { failure, ScriptedTransport } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();
const stops: AbortController[] = [];

/** A service without ListOperations, whose operations are all running. */
class UnlistedTransport extends ScriptedTransport {
  readonly sent: { readonly name: string; readonly atMs: number }[] = [];
  readonly #startMs = performance.now();

  override getOperation({ name }: { name: string }): Promise<RawOperation> {
    this.sent.push({ name, atMs: performance.now() - this.#startMs });
    return Promise.resolve({ name, done: false });
  }

  override listOperations(): Promise<never> {
    return Promise.reject(failure(Code.UNIMPLEMENTED));
  }

  timesOf(parent: string): number[] {
    return this.sent.filter(({ name }) => name.startsWith(parent)).map(({ atMs }) => atMs);
  }
}

function wait(maxRequestsPerSecond: number, names: readonly string[]) {
  const transport = new UnlistedTransport([]);
  const polling = { backoff: constantBackoff(10_000) };
  const client = new OperationsClient({ transport, coalesce: true, maxRequestsPerSecond, polling });
  const stop = new AbortController();
  stops.push(stop);
  const waits = names.map((name) => track(client.poller(name).promise({ signal: stop.signal })));
  return { client, transport, stop, waits };
}

function namesIn(parent: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${parent}/operations/${i}`);
}

describe('FairQueue', () => {
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await advance(0);
  });

  it('alternates between parents, so that one operation does not wait for the thousand of another parent', async () => {
    const { transport } = wait(10, [...namesIn('projects/large', 1000), ...namesIn('projects/small', 1)]);
    await advance(100_000);
    const times = transport.timesOf('projects/small');
    // Every ten seconds and the slack, and not every hundred seconds.
    expect(times.length).toBeGreaterThanOrEqual(9);
    expect(transport.timesOf('projects/large').length + times.length).toBeGreaterThanOrEqual(990);
    expect(transport.sent.length).toBeLessThanOrEqual(1001);
  });

  it('shares the rate between parents that all exceed it, and serves every operation of each', async () => {
    const { transport } = wait(10, [...namesIn('projects/large', 300), ...namesIn('projects/medium', 100)]);
    // Four lists fail before: one by each name of each parent.
    await advance(60_500);
    const [large, medium] = ['projects/large', 'projects/medium'].map((parent) => transport.timesOf(parent).length);
    expect(Math.abs(large! - medium!)).toBeLessThanOrEqual(50);
    expect(new Set(transport.sent.map(({ name }) => name)).size).toBe(400);
  });

  it('leaves no timer when all waits are aborted', async () => {
    const { transport, stop, waits } = wait(1, [...namesIn('projects/a', 20), ...namesIn('projects/b', 20)]);
    await advance(3500);
    stop.abort('enough');
    await advance(0);
    expect(jest.getTimerCount()).toBe(0);
    expect(waits.every(({ error }) => error === 'enough')).toBe(true);
    const sent = transport.sent.length;
    await advance(60_500);
    expect(transport.sent).toHaveLength(sent);
  });

  it('leaves no timer when the wait whose request is next is aborted', async () => {
    const { transport, stop } = wait(1, namesIn('projects/a', 5));
    await advance(1000);
    stop.abort();
    await advance(0);
    expect(transport.sent.length).toBeLessThan(5);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends again for a parent whose waits were all aborted while it was queued', async () => {
    const { client, transport, stop } = wait(1, namesIn('projects/a', 5));
    await advance(1000);
    stop.abort();
    await advance(0);
    const before = transport.sent.length;
    const again = new AbortController();
    stops.push(again);
    track(client.poller('projects/a/operations/5').promise({ signal: again.signal }));
    await advance(5000);
    expect(transport.sent.slice(before).map(({ name }) => name)).toEqual(['projects/a/operations/5']);
  });

  it('has one entry in the rate limiter', () => {
    const entries: RateLimitedTask[] = [];
    const throttle = jest.fn();
    const limiter = {
      enqueue: (task: RateLimitedTask) => entries.push(task),
      cancel: (task: RateLimitedTask) => entries.splice(entries.indexOf(task), 1),
      throttle,
    };
    const queue = new FairQueue(limiter as unknown as RateLimiter);
    const ran: string[] = [];
    const task = (name: string): RateLimitedTask => ({ run: () => ran.push(name) });
    const [a, b, c] = [task('a'), task('b'), task('c')] as const;
    for (const one of [a, b, c]) queue.enqueue(one);
    expect(entries).toEqual([queue]);

    queue.cancel(task('not queued'));
    queue.cancel(b);
    expect(entries).toEqual([queue]);
    (entries.shift() as FairQueue).run();
    expect([ran, entries]).toEqual([['a'], [queue]]);

    queue.cancel(c);
    queue.cancel(c);
    expect(entries).toEqual([]);
    queue.run();
    expect([ran, entries]).toEqual([['a'], []]);

    queue.throttle(7);
    expect(throttle).toHaveBeenCalledWith(7);
  });
});
