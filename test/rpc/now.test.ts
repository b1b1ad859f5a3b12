import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { now } from '../../src/rpc/timer-wheel.js';

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

  it('counts whole milliseconds', () => {
    expect(Number.isInteger(now())).toBe(true);
  });
});
