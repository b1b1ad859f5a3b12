import { describe, expect, it, jest } from '@jest/globals';
import { RateLimiter } from '../../src/rpc/rate-limiter.js';
import { now, TimerWheel } from '../../src/rpc/timer-wheel.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** A limit of ten requests a second. */
function makeLimiter() {
  const limiter = new RateLimiter(10, new TimerWheel());
  const startMs = now();
  /** Sends two requests, and returns how much later the second is sent. */
  const spacingMs = async (): Promise<number> => {
    const sentMs: number[] = [];
    const run = (): void => void sentMs.push(now());
    for (let i = 0; i < 2; i++) {
      limiter.enqueue({ run, previous: undefined, next: undefined });
    }
    await advance(10_000);
    return sentMs[1]! - sentMs[0]!;
  };
  /** Lets time pass until so long after the start. */
  const until = (ms: number): void => {
    jest.advanceTimersByTime(startMs + ms - now());
  };
  return { limiter, spacingMs, until };
}

describe('RateLimiter.throttle()', () => {
  it('halves the rate once for failures of requests that were sent together', async () => {
    const { limiter, spacingMs, until } = makeLimiter();
    for (const ms of [0, 0, 1, 399]) {
      until(ms);
      limiter.throttle(now());
    }
    expect(await spacingMs()).toBe(200);
  });

  it('halves the rate again once two requests at the lowered rate could have failed', async () => {
    const { limiter, spacingMs, until } = makeLimiter();
    limiter.throttle(now());
    until(400);
    limiter.throttle(now());
    expect(await spacingMs()).toBe(400);
  });

  it.each([
    [59_999, 200],
    [60_000, 100],
  ])('keeps the rate lowered for a minute: after %s ms, a request each %s ms', async (ms, expectedMs) => {
    const { limiter, spacingMs, until } = makeLimiter();
    limiter.throttle(now());
    until(ms);
    expect(await spacingMs()).toBe(expectedMs);
  });

  it('lowers the rate to a 64th at most', async () => {
    const { limiter, spacingMs, until } = makeLimiter();
    for (let times = 0; times < 10; times++) {
      limiter.throttle(now());
      until(13_000 * (times + 1));
    }
    expect(await spacingMs()).toBe(6400);
  });

  it('begins anew with half of the rate after that minute', async () => {
    const { limiter, spacingMs, until } = makeLimiter();
    for (const ms of [0, 500, 60_500]) {
      until(ms);
      limiter.throttle(now());
    }
    expect(await spacingMs()).toBe(200);
  });
});
