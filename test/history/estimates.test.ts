import { describe, expect, it } from '@jest/globals';
import { durationHistory, type LearnedHistory } from 'longrunning/history';
import { endAt } from './support.js';

function historyOf(durationsMs: readonly number[], withinMs = 0): LearnedHistory {
  const history = durationHistory();
  durationsMs.forEach((durationMs, index) => history.record('kind', endAt(durationMs, index, withinMs)));
  return history;
}

const times = (count: number, durationMs: number): number[] => Array.from({ length: count }, () => durationMs);

describe('estimate()', () => {
  it('goes up to an age of thousand years, and no further', () => {
    const history = historyOf(times(5, 60_000));
    const thousandYearsMs = Math.exp(31);
    const { remainingMs, highMs } = history.estimate('kind', 1e13)!;
    expect(remainingMs).toBeCloseTo(1e13, -11);
    expect(highMs).toBeCloseTo(thousandYearsMs - 1e13, -9);
    for (const ageMs of [1e14, 1e15, 1e16]) {
      const { lowMs, ...others } = history.estimate('kind', ageMs)!;
      for (const leftMs of [lowMs, others.remainingMs, others.highMs]) {
        expect(leftMs).toBeGreaterThanOrEqual(0);
        expect(leftMs).toBeLessThan(1e-9 * ageMs);
      }
    }
  });

  it('takes a new operation for one of a millisecond', () => {
    const history = historyOf(times(20, 1));
    expect(history.estimate('kind', 0)).toEqual(history.estimate('kind', 1));
    expect(history.estimate('kind', 0.5)).toEqual(history.estimate('kind', 1));
    expect(history.estimate('kind', 1)!.lowMs).toBeLessThan(0.5);
    expect(history.estimate('kind', 2)).not.toEqual(history.estimate('kind', 1));
  });
});

describe('quantile()', () => {
  it('takes the shares 0 and 1', () => {
    const history = historyOf(times(20, 60_000), 1000);
    expect(history.quantile(0)).toBeLessThan(history.quantile(0.01)!);
    expect(history.quantile(1)).toBeGreaterThan(history.quantile(0.99)!);
  });

  it('reaches down to a millisecond', () => {
    expect(historyOf(times(20, 1)).quantile(0.5)).toBeCloseTo(1, 3);
  });

  it('is the least such duration, if half of the operations are short', () => {
    const history = historyOf(times(20, 10_000));
    for (let index = 0; index < 20; index++) history.record('long', endAt(300_000, index));
    expect(history.quantile(0.5)).toBeLessThan(20_000);
  });
});
