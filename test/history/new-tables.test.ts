import { beforeEach, describe, expect, it } from '@jest/globals';
import { durationHistory, type LearnedHistory, type PollTable } from 'longrunning/history';
import { endAt, pollAges } from './support.js';

let beganAtMs = 0;
beforeEach(() => void (beganAtMs = 0));
const usual = () => endAt(180_000 + 1000 * (beganAtMs % 7), beganAtMs++);
const surprising = () => endAt(20_000, beganAtMs++);

/** A history of so many ends, and a table from all of them. */
function historyOf(ends: number): LearnedHistory {
  const history = durationHistory();
  for (let index = 0; index < ends; index++) history.record('kind', usual());
  history.begin('kind');
  return history;
}

/** For each of some ends in turn, whether the next poller gets a new table: `+` if so, `-` if it shares the last one. */
function newTables(history: LearnedHistory, ends: readonly (() => ReturnType<typeof endAt>)[]): string {
  return ends
    .map((end) => {
      const before = history.begin('kind');
      history.record('kind', end());
      return history.begin('kind') === before ? '-' : '+';
    })
    .join('');
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a new table is made', () => {
  it.each([
    [1, 9, '+++++++++'],
    [10, 8, '-+-+-+-+'],
    [27, 7, '--+---+'],
    [64, 7, '------+'],
  ])('for the next poller when a tenth of the ends is new: after %i ends, %i more', (known, more, expected) => {
    expect(newTables(historyOf(known), times(more, usual))).toBe(expected);
  });

  it('after a surprise, with it and with each of the next seven ends', () => {
    expect(newTables(historyOf(20), [surprising, ...times(11, usual)])).toBe('++++++++---+');
  });

  it('after an exact end as after another', () => {
    const exact = () => endAt(20_000, beganAtMs++, 0);
    expect(newTables(historyOf(20), [exact, usual, usual])).toBe('+++');
  });

  it('for no aborted wait, however early: it says nothing of an end', () => {
    const aborted = () => ({ beganAtMs: beganAtMs++, runningAtMs: 1000 });
    expect(newTables(historyOf(20), [aborted])).toBe('-');
  });

  it('once: pollers that begin before the next end share it', () => {
    const history = historyOf(20);
    history.record('kind', surprising());
    expect(history.begin('kind')).toBe(history.begin('kind'));
  });

  // Prices count as the same up to an eighth of an octave.
  it.each([
    [500, 545, '-'],
    [500, 546, '+'],
    [500, 459, '-'],
    [500, 458, '+'],
    [512_000, 1e9, '-'], // as high as a price gets
    [512_000, 400_000, '+'],
  ])('for another price of a request, but not for about the same: %i and %i ms: %s', (priceMs, otherMs, expected) => {
    const history = historyOf(5);
    const table = history.begin('kind', priceMs)!;
    expect(table).toBeDefined();
    expect(history.begin('kind', otherMs) === table ? '-' : '+').toBe(expected);
  });

  it.each([
    [0, 500],
    [20, 500],
    [28, 500],
    [29, 1000],
    [56, 1000],
    [57, 2000],
    [80, 2000],
    [1000, 2000],
  ])('as at a higher price while the client waits for many operations: for %i, as at %i ms', (waits, priceMs) => {
    const history = historyOf(5);
    const table = history.begin('kind', 500, waits)!;
    expect(table).toBeDefined();
    expect(history.begin('kind', priceMs)).toBe(table);
  });

  it('once for each of two prices of a request: clients may share a history', () => {
    const history = historyOf(20);
    const [dear, usualPrice] = [history.begin('kind', 2000), history.begin('kind')];
    expect(dear).not.toBe(usualPrice);
    expect([history.begin('kind', 2000), history.begin('kind')]).toEqual([dear, usualPrice]);
    expect(history.begin('kind', 2000)).toBe(dear);
    expect(history.begin('kind')).toBe(usualPrice);
    // A third drops them: a kind stays small.
    history.begin('kind', 125);
    expect(history.begin('kind')).not.toBe(usualPrice);
  });

  it('for both prices after a surprise, and for either once there is one from more ends', () => {
    const history = historyOf(20);
    const before = [history.begin('kind', 2000), history.begin('kind')];
    history.record('kind', surprising());
    const after = [history.begin('kind', 2000), history.begin('kind')];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);

    const steady = historyOf(40);
    const table = steady.begin('kind');
    steady.record('kind', usual()); // not enough for a new table
    expect(steady.begin('kind')).toBe(table);
    steady.begin('kind', 2000);
    expect(steady.begin('kind')).not.toBe(table);
  });
});

describe('saving a history', () => {
  const tableOf = (history: LearnedHistory): PollTable => history.begin('kind')!;
  const read = (history: LearnedHistory): LearnedHistory => durationHistory(history.toJSON());

  it('makes a new table from all ends, as the history that is read does', () => {
    const history = historyOf(20);
    const before = tableOf(history);
    history.record('kind', usual());
    expect(tableOf(history)).toBe(before);
    const other = read(history);
    expect(tableOf(history)).not.toBe(before);
    expect(pollAges(tableOf(history), 300_000, 0)).toEqual(pollAges(tableOf(other), 300_000, 0));
  });

  it('ends the time of new tables after a surprise, as it is for the history that is read', () => {
    const history = historyOf(20);
    history.record('kind', surprising());
    const ends = times(2, usual);
    expect(newTables(read(history), ends)).toBe('--');
    expect(newTables(history, ends)).toBe('--');
  });
});
