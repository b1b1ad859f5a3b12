import { describe, expect, it } from '@jest/globals';
import { intervalsOf } from '../../src/history/interval.js';

const end = (beganAtMs: number, runningAtMs: number, doneAtMs: number) => ({ beganAtMs, runningAtMs, doneAtMs });
const agesOf = (ends: Parameters<typeof intervalsOf>[0]) =>
  intervalsOf(ends).map(({ low, high, isGuess }) => [Math.round(Math.exp(low)), Math.round(Math.exp(high)), isGuess]);

describe('the interval of an end', () => {
  it('is between the last running state and the first done one', () => {
    expect(agesOf([end(0, 9000, 10_000)])).toEqual([[9000, 10_000, false]]);
    expect(agesOf([end(0, 9000, 9000)])).toEqual([[9000, 9000, false]]);
  });

  it('begins at a quarter of its end at the earliest', () => {
    expect(agesOf([end(0, 200, 10_000)])).toEqual([[2500, 10_000, false]]);
    expect(agesOf([end(0, 250, 800)])).toEqual([[250, 800, false]]);
  });

  it('is no wider than one between later polls if the operation was done at its first poll', () => {
    expect(agesOf([end(0, 0, 2000), end(1, 199, 2000), end(2, 0, 0)])).toEqual([
      [1213, 2000, false],
      [1213, 2000, false],
      [1, 1, false],
    ]);
    expect(agesOf([end(0, 180, 190)])).toEqual([[180, 190, false]]);
  });

  it('of an aborted wait is one of the known ends after it', () => {
    const known = [end(0, 20_000, 21_000), end(1, 40_000, 41_000), end(2, 60_000, 61_000)];
    const drawn = Array.from({ length: 30 }, (_, index) => agesOf([...known, end(10 + index, 30_000, Infinity)])[3]!);
    expect(new Set(drawn.map(String))).toEqual(new Set(['40000,41000,true', '60000,61000,true']));
    expect(agesOf([...known, end(10, 30_000, Infinity)])[3]).toEqual(drawn[0]); // the same each time
  });

  it('of an aborted wait may be a known end that was last seen running at the same age', () => {
    expect(agesOf([end(0, 20_000, 21_000), end(1, 20_000, Infinity)])[1]).toEqual([20_000, 21_000, true]);
  });

  it('of an aborted wait without later ends is a guess', () => {
    expect(agesOf([end(0, 20_000, 21_000), end(1, 30_000, Infinity)])[1]).toEqual([30_000, 48_000, true]);
  });
});
