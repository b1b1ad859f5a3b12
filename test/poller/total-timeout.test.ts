import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, isLROError, type PollingOptions } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { at, failure, name, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('totalTimeoutMs', () => {
  it('is exact to the millisecond; the error has the running operation and a token', async () => {
    const { poller } = createPoller([at(1)]);
    const seen = track(poller.promise({ totalTimeoutMs: 5_500 }));
    await advance(6000);
    expect(seen.settledAtMs).toBe(5500);
    expect(seen.error).toMatchObject({
      code: 'LRO_POLLING_TIMEOUT',
      elapsedMs: 5500,
      operation: { done: false, metadata: { percent: 1 } },
      token: { version: 1, name },
    });
    expect(String(seen.error)).toContain('it is still running');
  });

  it('shortens a long delay, with a last poll just before the deadline', async () => {
    const slow: PollingOptions = { backoff: constantBackoff(60_000) };
    const { transport, poller } = createPoller([running, succeeded], { polling: slow });
    const seen = track(poller.promise({ totalTimeoutMs: 10_000 }));
    await advance(10_000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toHaveLength(2);
    expect(transport.times[1]).toBeGreaterThan(8900);
    expect(transport.times[1]).toBeLessThan(10_000);
  });

  it('differs from the DEADLINE_EXCEEDED of an operation', async () => {
    const error = { code: Code.DEADLINE_EXCEEDED, message: 'too slow', details: [] };
    const { poller } = createPoller([{ name, done: true, error }]);
    await expect(poller.promise({ totalTimeoutMs: 5 })).rejects.toMatchObject({ code: 'LRO_OPERATION_FAILED' });
  });

  it('ends a wait if the server hangs, and if it always fails', async () => {
    for (const answer of [
      'hang' as const,
      failure(Code.UNAVAILABLE),
      failure(Code.UNAVAILABLE, { retryAfterMs: 1e12 }),
    ]) {
      const { poller } = createPoller([answer]);
      const seen = track(poller.promise({ totalTimeoutMs: 3000 }));
      await advance(3000);
      expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 3000 });
    }
  });

  it('beyond 2^31 ms causes no busy loop', async () => {
    const { transport, poller } = createPoller([running, succeeded], {
      polling: { backoff: constantBackoff(2 ** 31 + 5000) },
    });
    const seen = track(poller.promise({ totalTimeoutMs: 2 ** 32 }));
    await advance(2 ** 31 + 4000);
    expect(transport.times).toEqual([0]);
    await advance(1000);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('leaves the poller reusable: a new wait polls no sooner than the next poll is due', async () => {
    const { transport, poller } = createPoller([running, succeeded], { polling: { backoff: constantBackoff(10_000) } });
    await advance(0);
    const first = track(poller.promise({ totalTimeoutMs: 30 }));
    await advance(30);
    expect(first.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    const second = track(poller.promise());
    await advance(9_900);
    expect(transport.times).toEqual([0]);
    await advance(100);
    expect(second.value).toMatchObject({ ok: true });
  });

  it('does not increase the polling rate if it is short and repeated', async () => {
    const { transport, poller } = createPoller([running], { polling: { backoff: constantBackoff(60_000) } });
    for (let i = 0; i < 100; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 100 }));
      await advance(100);
      expect(isLROError(seen.error)).toBe(true);
    }
    expect(transport.times.length).toBeLessThanOrEqual(11);
  });

  it('does not increase the polling rate if it is shorter than a round trip: aborted polls count', async () => {
    const { transport, poller } = createPoller([running], { polling: { backoff: constantBackoff(60_000) } });
    transport.latencyMs = 50;
    for (let i = 0; i < 1000; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 60 }));
      await advance(61);
      expect(isLROError(seen.error)).toBe(true);
    }
    const gaps = transport.times.map((atMs, i) => atMs - (transport.times[i - 1] ?? -1000));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
  });
});
