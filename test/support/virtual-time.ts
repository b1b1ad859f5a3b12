import { afterEach, beforeEach, expect, jest } from '@jest/globals';

/**
 * Fakes the timers for each test of the file, pins chance to its least, and demands that no timer is left.
 *
 * @returns lets time pass.
 */
export function useVirtualTime(): (ms: number) => Promise<void> {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    const left = jest.getTimerCount();
    jest.useRealTimers();
    jest.restoreAllMocks();
    expect(left).toBe(0);
  });
  return (ms) => jest.advanceTimersByTimeAsync(ms);
}

/** What a promise has come to so far, and when. */
export function track<T>(promise: Promise<T>): { value?: T; error?: unknown; settledAtMs?: number } {
  const seen: { value?: T; error?: unknown; settledAtMs?: number } = {};
  const startMs = performance.now();
  const settledAtMs = (): number => Math.round(performance.now() - startMs);
  promise.then(
    (value) => Object.assign(seen, { value, settledAtMs: settledAtMs() }),
    (error: unknown) => Object.assign(seen, { error, settledAtMs: settledAtMs() }),
  );
  return seen;
}
