import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { delay, now, startTimer } from '../../src/rpc/clock.js';
import { CountingSignal } from '../support/signals.js';

const day = 86_400_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('now()', () => {
  it('does not follow the wall clock', () => {
    const before = now();
    jest.setSystemTime(0);
    expect(now()).toBe(before);
    jest.advanceTimersByTime(250);
    expect(now() - before).toBe(250);
  });
});

describe('startTimer()', () => {
  it.each([0, 1, 1000, 2 ** 31 - 1, 2 ** 31, 60 * day, 2 ** 31 * 5])('fires once after %d ms, not before', (ms) => {
    const action = jest.fn();
    startTimer(ms, action);
    jest.advanceTimersByTime(Math.max(0, ms - 1));
    expect(action).toHaveBeenCalledTimes(ms === 0 ? 1 : 0);
    jest.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('never fires for Infinity', () => {
    const action = jest.fn();
    const stop = startTimer(Infinity, action);
    jest.advanceTimersByTime(400 * day);
    expect(action).not.toHaveBeenCalled();
    stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([1000, 60 * day])('can be stopped, in each of its parts: %d ms', (ms) => {
    const action = jest.fn();
    for (const part of [0, 0.5, 0.9]) {
      const stop = startTimer(ms, action);
      jest.advanceTimersByTime(ms * part);
      stop();
      stop();
      expect(jest.getTimerCount()).toBe(0);
    }
    jest.advanceTimersByTime(ms);
    expect(action).not.toHaveBeenCalled();
  });

  it('asks setTimeout() for no more than it can wait', () => {
    const spy = jest.spyOn(globalThis, 'setTimeout');
    startTimer(60 * day, () => {});
    jest.advanceTimersByTime(60 * day);
    for (const [, ms] of spy.mock.calls) expect(ms).toBeLessThanOrEqual(2 ** 31 - 1);
    expect(spy).toHaveBeenCalledTimes(3);
    spy.mockRestore();
  });
});

describe('delay()', () => {
  it('resolves when the time has come, and leaves nothing behind', async () => {
    const signal = new CountingSignal();
    const done = jest.fn();
    void delay(60 * day, signal).then(done);
    await jest.advanceTimersByTimeAsync(60 * day - 1);
    expect(done).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalled();
    expect([signal.added, signal.listeners, jest.getTimerCount()]).toEqual([1, 0, 0]);
  });

  it('rejects as soon as the signal is aborted, and leaves nothing behind', async () => {
    const signal = new CountingSignal();
    const ended = delay(1000, signal).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(500);
    signal.abort();
    expect([signal.listeners, jest.getTimerCount()]).toEqual([0, 0]);
    expect(await ended).toMatchObject({ name: 'AbortError' });
  });

  it.each([new Error('why'), 'why', 0, null, { why: 1 }])('rejects with the very reason: %p', async (reason) => {
    const controller = new AbortController();
    const ended = delay(1000, controller.signal).then(
      () => 'resolved',
      (error: unknown) => error,
    );
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(await delay(1000, controller.signal).catch((error: unknown) => error)).toBe(reason);
    expect(jest.getTimerCount()).toBe(0);
  });
});
