import { describe, expect, it } from '@jest/globals';
import { durationHistory } from 'longrunning/history';
import { endAt, pollAges } from './support.js';

/** A history that has seen operations of these durations, one after the other. */
function historyOf(durationsMs: readonly number[], kind = 'kind') {
  const history = durationHistory();
  durationsMs.forEach((durationMs, index) => history.record(kind, endAt(durationMs, index * 1e6)));
  return history;
}

const around = (durationMs: number, ends: number): number[] =>
  Array.from({ length: ends }, (_, index) => durationMs * (0.9 + (0.2 * ((index * 7) % ends)) / ends));

/** Mean lateness in milliseconds, and mean requests. */
function meanFigures(table: Parameters<typeof pollAges>[0], durationsMs: readonly number[]) {
  const runs = durationsMs.map((durationMs, index) => {
    const agesMs = pollAges(table, durationMs, (index * 0.37) % 1);
    return { lateMs: agesMs.at(-1)! - durationMs, requests: agesMs.length };
  });
  const mean = (value: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
  return { lateMs: mean(({ lateMs }) => lateMs), requests: mean(({ requests }) => requests) };
}

describe('durationHistory()', () => {
  it('has no table before the first end', () => {
    expect(durationHistory().begin('kind')).toBeUndefined();
  });

  it('detects the 21st export of three minutes four times as soon as the default, with no more requests', () => {
    const table = historyOf(around(180_000, 20)).begin('kind');
    const next = around(181_000, 99);
    const [learned, usual] = [meanFigures(table, next), meanFigures(undefined, next)];
    expect(learned.lateMs).toBeLessThan(usual.lateMs / 4);
    expect(learned.requests).toBeLessThanOrEqual(usual.requests);
  });

  it('learns several modes', () => {
    const durationsMs = [...around(5_000, 4), ...around(300_000, 16)].sort((a, b) => (a % 7) - (b % 7));
    const table = historyOf(durationsMs).begin('kind');
    expect(meanFigures(table, around(300_000, 99)).lateMs).toBeLessThan(4_000); // the default: 8.7 s
    expect(meanFigures(table, around(5_000, 99)).lateMs).toBeLessThan(900); // the default: 0.84 s
  });

  it('forgets: after four operations that take ten times as long it is better than the default again', () => {
    const history = historyOf([...around(30_000, 20), ...around(300_000, 4)]);
    const next = around(300_000, 99);
    expect(meanFigures(history.begin('kind'), next).lateMs).toBeLessThan(meanFigures(undefined, next).lateMs);
  });

  it('does not take the sorted ends of a batch for a drift', () => {
    const history = durationHistory();
    const durationsMs = Array.from({ length: 50 }, (_, index) => 60_000 * 1.03 ** index);
    durationsMs.forEach((durationMs) => history.record('kind', endAt(durationMs)));
    const usual = meanFigures(undefined, durationsMs);
    const learned = meanFigures(history.begin('kind'), durationsMs);
    expect(learned.lateMs).toBeLessThan(0.75 * usual.lateMs);
    expect(learned.requests).toBeLessThan(1.05 * usual.requests);
  });

  it('uses an exact end', () => {
    const history = durationHistory();
    for (let index = 0; index < 20; index++) history.record('kind', endAt(60_000, index, 0));
    const agesMs = pollAges(history.begin('kind'), 60_000, 0);
    expect(agesMs.at(-1)! - 60_000).toBeLessThan(1000); // the default: up to 7.7 s
  });

  it('does not take aborted waits for ends', () => {
    const history = historyOf(around(300_000, 20));
    for (let index = 0; index < 8; index++) {
      history.record('kind', { beganAtMs: 3e7 + index, runningAtMs: 20_000 + index });
    }
    expect(meanFigures(history.begin('kind'), around(300_000, 99)).lateMs).toBeLessThan(3_500);
    expect(history.quantile(0.05, 'kind')).toBeGreaterThan(200_000);
  });

  it('gives a poller a table that later ends do not change', () => {
    const history = historyOf(around(180_000, 20));
    const table = history.begin('kind');
    const before = pollAges(table, 200_000, 0);
    for (let index = 0; index < 20; index++) history.record('kind', endAt(30_000, 3e7 + index));
    expect(pollAges(table, 200_000, 0)).toEqual(before);
    expect(history.begin('kind')).not.toBe(table);
  });

  it('shares a table between the pollers that begin before enough has changed', () => {
    const history = historyOf(around(180_000, 40));
    const table = history.begin('kind');
    expect(history.begin('kind')).toBe(table);
    for (let index = 0; index < 4; index++) history.record('kind', endAt(180_000, 5e7 + index));
    expect(history.begin('kind')).toBe(table);
    history.record('kind', endAt(180_000, 6e7)); // a tenth of 45
    expect(history.begin('kind')).not.toBe(table);
  });

  it('makes a new table at once after a surprise', () => {
    const history = historyOf(around(180_000, 40));
    const table = history.begin('kind');
    history.record('kind', endAt(20_000, 5e7));
    expect(history.begin('kind')).not.toBe(table);
  });

  it('keeps apart endpoints, types and keys', () => {
    const history = durationHistory();
    const kind = { apiEndpoint: 'dialogflow.googleapis.com', responseType: 'Agent', metadataType: 'Struct' };
    for (let index = 0; index < 20; index++) history.record(kind, endAt(180_000, index));
    expect(history.begin({ ...kind })).toBeDefined();
    for (const field of ['apiEndpoint', 'responseType', 'metadataType']) {
      expect(history.begin({ ...kind, [field]: 'other' })).toBeUndefined();
      expect(history.begin({ ...kind, [field]: undefined })).toBeUndefined();
    }
    expect(history.begin('key')).toBeUndefined();
  });

  it('polls as the price of a request says', () => {
    const history = historyOf(around(180_000, 20));
    const polls = (priceMs: number): number => pollAges(history.begin('kind', priceMs), 180_000, 0).length;
    expect(polls(2000)).toBeLessThan(0.75 * polls(500));
    expect(polls(125)).toBeGreaterThan(1.3 * polls(500));
    expect(history.begin('kind', 500)).toBe(history.begin('kind', 510)); // about the same price
  });

  it('ignores ends that cannot be', () => {
    const history = durationHistory();
    history.record('kind', { beganAtMs: 0, runningAtMs: -5, doneAtMs: 10 });
    history.record('kind', { beganAtMs: 0, runningAtMs: 20, doneAtMs: 10 });
    history.record('kind', { beganAtMs: NaN, runningAtMs: 5, doneAtMs: 10 });
    expect(history.toJSON().kinds).toEqual([]);
  });

  it('keeps the last 64 ends of each of the 256 kinds with the newest operations', () => {
    const history = durationHistory();
    for (let index = 0; index < 300; index++) history.record(`kind ${index}`, endAt(60_000, index));
    for (let index = 0; index < 100; index++) history.record('kind 299', endAt(60_000, 1000 + index));
    const { kinds } = history.toJSON();
    expect(kinds).toHaveLength(256);
    expect(kinds.some(({ kind }) => kind === 'kind 43')).toBe(false);
    const { ends } = kinds.find(({ kind }) => kind === 'kind 299')!;
    expect(ends.map(([beganAtMs]) => beganAtMs)).toEqual(Array.from({ length: 64 }, (_, index) => 1036 + index));
  });
});

describe('a table', () => {
  const table = historyOf(around(180_000, 20)).begin('kind')!;

  it("polls earlier by a poller's own share of a tenth of the delay", () => {
    const [first, second] = [0, 0.99].map((jitter) => pollAges(table, 180_000, jitter)) as [number[], number[]];
    first.slice(1, 20).forEach((ageMs, index) => {
      const delayMs = ageMs - first[index]!;
      expect(ageMs - second[index + 1]!).toBeCloseTo(0.099 * delayMs, 1);
    });
  });

  it('skips an age less than a quarter of its delay away, for a poller that resumes', () => {
    const agesMs = pollAges(table, 180_000, 0);
    const [before, next, after] = agesMs.slice(10, 13) as [number, number, number];
    expect(table.nextAgeMs(before + 0.7 * (next - before), 0)).toBeCloseTo(next, 1);
    const skipped = table.nextAgeMs(before + 0.8 * (next - before), 0)!;
    expect(skipped).toBeGreaterThan(next);
    expect(skipped).toBeLessThanOrEqual(after);
  });

  it('ends where no end is known: the default decides', () => {
    expect(table.nextAgeMs(3_600_000, 0)).toBeUndefined();
  });
});

describe('estimate()', () => {
  it('is undefined for a kind without ends', () => {
    expect(durationHistory().estimate('kind', 1000)).toBeUndefined();
  });

  it('says what is left, with its spread', () => {
    const history = historyOf(around(180_000, 40));
    const { remainingMs, lowMs, highMs } = history.estimate('kind', 60_000)!;
    expect(remainingMs).toBeGreaterThan(115_000);
    expect(remainingMs).toBeLessThan(125_000);
    expect(lowMs).toBeGreaterThan(90_000);
    expect(lowMs).toBeLessThan(remainingMs - 8_000);
    expect(highMs).toBeLessThan(145_000);
    expect(highMs).toBeGreaterThan(remainingMs + 8_000);
  });

  it('counts only durations that are longer than the age', () => {
    const history = historyOf(
      around(10_000, 20).flatMap((durationMs, index) => [durationMs, around(300_000, 20)[index]!]),
    );
    expect(history.estimate('kind', 1_000)!.lowMs).toBeLessThan(10_000);
    expect(history.estimate('kind', 30_000)!.lowMs).toBeGreaterThan(200_000);
  });

  it('expects as much again of an operation that runs longer than any before', () => {
    const history = historyOf(around(180_000, 20));
    const { remainingMs, highMs } = history.estimate('kind', 1_800_000)!;
    expect(remainingMs).toBeGreaterThan(600_000);
    expect(remainingMs).toBeLessThan(2_500_000);
    expect(highMs).toBeGreaterThan(5_000_000);
    expect(Number.isFinite(history.estimate('kind', 1e15)!.highMs)).toBe(true);
  });
});

describe('quantile()', () => {
  it('is undefined without ends', () => {
    expect(durationHistory().quantile(0.5)).toBeUndefined();
    expect(historyOf([1000]).quantile(0.5, 'other')).toBeUndefined();
  });

  it('is a duration that a share of the operations does not exceed', () => {
    const history = historyOf(around(180_000, 50));
    expect(history.quantile(0.5, 'kind')).toBeCloseTo(180_000, -4);
    expect(history.quantile(0.95, 'kind')).toBeGreaterThan(history.quantile(0.5, 'kind')! + 10_000);
    expect(history.quantile(0.05, 'kind')).toBeLessThan(history.quantile(0.5, 'kind')! - 10_000);
  });

  it('counts all kinds without one', () => {
    const history = historyOf(around(10_000, 20), 'short');
    around(300_000, 20).forEach((durationMs, index) => history.record('long', endAt(durationMs, index)));
    expect(history.quantile(0.25)).toBeLessThan(12_000);
    expect(history.quantile(0.75)).toBeGreaterThan(250_000);
    expect(history.quantile(0.5, 'long')).toBeGreaterThan(250_000);
  });

  it.each([-0.1, 1.1, NaN, '0.5'])('throws a TypeError for %p', (p) => {
    expect(() => historyOf([1000]).quantile(p as number)).toThrow(
      new TypeError(`Cannot compute a quantile as 'p' must be a number from 0 to 1: current value is ${p}`),
    );
  });
});
