import { describe, expect, it } from '@jest/globals';
import { LearnedTable } from '../../src/history/learned-table.js';
import { durationHistory } from 'longrunning/history';
import { endAt, law } from './support.js';

describe('a table of 10, 14 and 20 seconds', () => {
  const table = new LearnedTable(Float32Array.from([10_000, 14_000, 20_000]), law);

  it.each([
    ['the first age, for a new operation', 0, 10_000],
    ['the age after this one', 10_000, 14_000],
    ['the age after this one', 14_000, 20_000],
    ['the next age, if a quarter of its delay is left', 13_000, 14_000],
    [
      'a later one, if less is left, but no longer than 1.75 of the delay of the default',
      13_001,
      13_001 + 1.75 * law.delayMs(13_001),
    ],
    ['the age that is due, for a poll that came late', 15_000, 20_000],
    ['no age, after the last one', 20_000, undefined],
    ['no age, shortly before the last one', 18_501, undefined],
  ])('gives %s: %i ms → %p ms', (_, ageMs, expected) => {
    expect(table.nextAgeMs(ageMs, 0)).toBe(expected);
  });

  it('lets no poll come later than after 1.75 of the delay of the default', () => {
    for (const ageMs of [0.5, 1, 100, 2000]) expect(table.nextAgeMs(ageMs, 0)).toBe(ageMs + 1.75 * law.delayMs(ageMs));
  });
});

describe('the table of a history', () => {
  it('has the first poll of a new operation after 2,170 ms at the latest, and 1.75 times the delay after that', () => {
    const history = durationHistory();
    for (let index = 0; index < 20; index++) history.record('kind', endAt(180_000 + 1000 * index, index));
    const table = history.begin('kind')!;
    expect(table.nextAgeMs(0, 0)).toBe(2170);
    expect(table.nextAgeMs(2170, 0)).toBeCloseTo(2170 + 1.75 * law.delayMs(2170), 1);
  });
});
