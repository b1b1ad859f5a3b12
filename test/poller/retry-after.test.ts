import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('Retry-After', () => {
  it('of a success postpones the next poll, once', async () => {
    const { transport, poller } = createPoller([{ ...running, retryAfterMs: 5000 }, running, succeeded]);
    const seen = track(poller.promise());
    await advance(6000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 5000, 6000]);
  });

  it('of a failure postpones the next attempt, once', async () => {
    const { transport, poller } = createPoller([
      failure(Code.RESOURCE_EXHAUSTED, { retryAfterMs: 20_000 }),
      running,
      succeeded,
    ]);
    const seen = track(poller.promise());
    await advance(21_000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 20_000, 21_000]);
  });

  it('is ignored if it is invalid, and clamped if it is huge', async () => {
    for (const [retryAfterMs, due] of [
      [NaN, 1000],
      [-5, 1000],
      [Infinity, 600_000],
      [1e15, 600_000],
    ] as const) {
      const { transport, poller } = createPoller([{ ...running, retryAfterMs }, succeeded]);
      const seen = track(poller.promise());
      await advance(due);
      expect(seen.value).toMatchObject({ ok: true });
      expect(transport.times).toEqual([0, due]);
    }
  });
});
