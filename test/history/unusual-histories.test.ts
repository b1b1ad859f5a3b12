import { describe, expect, it } from '@jest/globals';
import { durationHistory, type LearnedHistory, type OperationKind, type SavedHistory } from 'longrunning/history';
import { nextPollDelayMs } from '../../src/schedule/index.js';
import { fc } from '../support/fast-check.js';
import { anyEnds, duration, endAt, law, pollAges } from './support.js';

const dayMs = 86_400_000;

/** Records ends of about a duration, of operations that began one second apart. */
function learn(history: LearnedHistory, kind: OperationKind, durationMs: number, fromMs: number, count = 20): void {
  for (let i = 0; i < count; i++) history.record(kind, endAt(durationMs * (1 + 0.001 * i), fromMs + 1000 * i));
}

describe('a clock that was set', () => {
  it('back leaves no ends of operations that seem to begin in the future', () => {
    const history = durationHistory({
      version: 1,
      kinds: [
        {
          kind: 'a',
          ends: Array.from({ length: 64 }, (_, i) => [Date.now() + 2 * dayMs + 1000 * i, 29_000, 31_000] as const),
        },
      ],
    });
    learn(history, 'a', 300_000, Date.now() - 1e6);
    expect(history.quantile(0.5, 'a')).toBeGreaterThan(290_000);
    expect(history.toJSON().kinds[0]!.ends).toHaveLength(20);
  });

  it('is no reason to doubt what another machine recorded up to a day ahead', () => {
    const history = durationHistory();
    learn(history, 'a', 30_000, Date.now() + 0.9 * dayMs);
    learn(history, 'a', 30_000, Date.now() - 1e6);
    expect(history.toJSON().kinds[0]!.ends).toHaveLength(40);
  });

  it('far ahead is not believed', () => {
    const history = durationHistory();
    learn(history, 'a', 30_000, Date.now() + 400 * dayMs);
    expect(history.toJSON().kinds).toEqual([]);
    expect(history.begin('a')).toBeUndefined();
  });

  it('before 1970 or during the wait is not believed', () => {
    const history = durationHistory();
    history.record('a', { beganAtMs: -5000, runningAtMs: 1000, doneAtMs: 2000 });
    history.record('a', { beganAtMs: 5000, runningAtMs: 3000, doneAtMs: 2000 });
    history.record('a', { beganAtMs: NaN, runningAtMs: 1000, doneAtMs: 2000 });
    expect(history.toJSON().kinds).toEqual([]);
  });
});

describe('the kinds of a history', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '* * *', '\u0000', '\ud800', '💥'];

  it.each(names)('has no kind %j before it was recorded, and keeps it apart afterwards', (name) => {
    const history = durationHistory();
    learn(history, 'other', 300_000, 0);
    expect(history.begin(name)).toBeUndefined();
    expect(history.estimate(name, 1000)).toBeUndefined();
    expect(history.quantile(0.5, name)).toBeUndefined();
    learn(history, name, 30_000, 0);
    expect(history.quantile(0.5, name)).toBeLessThan(40_000);
    expect(history.quantile(0.5, 'other')).toBeGreaterThan(290_000);
  });

  it.each(names)('saves the kind %j, and merges it', (name) => {
    const history = durationHistory();
    learn(history, name, 30_000, 0);
    const saved = JSON.parse(JSON.stringify(history)) as SavedHistory;
    expect(durationHistory(saved).merge(history).toJSON()).toEqual(saved);
    expect(Object.prototype.hasOwnProperty.call(Object.prototype, 'ends')).toBe(false);
  });

  it('are 256 of thousands, those with the newest operations, after merging too', () => {
    const history = durationHistory();
    const other = durationHistory();
    for (let i = 0; i < 3000; i++) (i % 2 ? history : other).record(`kind ${i}`, endAt(10_000, 1000 * i));
    history.merge(other);
    const numbers = history.toJSON().kinds.map(({ kind }) => Number(kind.slice('kind '.length)));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, i) => 2744 + i));
  });

  it('do not mix: the ends of one do not change the polls of another', () => {
    fc.assert(
      fc.property(anyEnds, anyEnds, (ends, others) => {
        const [alone, mixed] = [durationHistory(), durationHistory()];
        for (const end of ends) for (const history of [alone, mixed]) history.record('a', end);
        for (const end of others) mixed.record({ responseType: 'a' }, end);
        const [expected, agesMs] = [alone, mixed].map((history) => pollAges(history.begin('a'), 100_000, 0.3));
        expect(agesMs).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('merging histories that overlap', () => {
  it('is the same whatever each of several workers had seen, in any order and any number of times', () => {
    const all = Array.from({ length: 60 }, (_, i) => endAt(30_000 + 137 * ((7 * i) % 60), 1000 * i));
    const whole = durationHistory();
    for (const end of all) whole.record('a', end);
    const parts = fc.array(fc.uniqueArray(fc.nat(59), { maxLength: 60 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, (seen) => {
        const workers = [...seen, all.map((_, index) => index)].map((indices) => {
          const worker = durationHistory();
          for (const index of indices) worker.record('a', all[index]!);
          return worker;
        });
        const merged = durationHistory();
        for (const worker of [...workers, ...[...workers].reverse()]) merged.merge(worker);
        expect(merged.toJSON()).toEqual(whole.toJSON());
        expect(pollAges(merged.begin('a'), 100_000, 0)).toEqual(pollAges(whole.begin('a'), 100_000, 0));
      }),
      { numRuns: 10 },
    );
  });

  it('of itself changes nothing', () => {
    const history = durationHistory();
    learn(history, 'a', 30_000, 0, 64);
    const before = JSON.stringify(history);
    expect(JSON.stringify(history.merge(history))).toBe(before);
  });
});

describe('quantile() and estimate() of any history', () => {
  it('rise with the share, are finite, and reach from 0 to 1', () => {
    const shares = [0, 0.001, 0.1, 0.5, 0.9, 0.999, 1];
    fc.assert(
      fc.property(anyEnds, (ends) => {
        const history = durationHistory();
        for (const end of ends) history.record('a', end);
        const quantiles = shares.map((share) => history.quantile(share, 'a') ?? 0);
        expect(quantiles.every(Number.isFinite)).toBe(true);
        expect([...quantiles].sort((a, b) => a - b)).toEqual(quantiles);
      }),
      { numRuns: 100 },
    );
  });

  it('say what is left in order, never less than nothing, at any age', () => {
    const ages = fc.oneof(duration, fc.constantFrom(0, 1e-9, 1e15, Number.MAX_SAFE_INTEGER));
    fc.assert(
      fc.property(anyEnds, ages, (ends, ageMs) => {
        const history = durationHistory();
        for (const end of ends) history.record('a', end);
        const { lowMs, remainingMs, highMs } = history.estimate('a', ageMs) ?? { lowMs: 0, remainingMs: 0, highMs: 0 };
        expect([0, lowMs, remainingMs, highMs].every(Number.isFinite)).toBe(true);
        expect([0, lowMs, remainingMs, highMs].sort((a, b) => a - b)).toEqual([0, lowMs, remainingMs, highMs]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('an expected duration beside a history', () => {
  const token = { name: 'operations/1', startedAtMs: 0 };

  it.each([1, 1e12])('of %p ms does not matter where the history knows the kind', (expectedMs) => {
    const history = durationHistory();
    learn(history, 'a', 30_000, 0);
    for (const nowMs of [0, 2000, 10_000, 29_000]) {
      const options = { nowMs, history, historyKey: 'a', jitter: 0.5 };
      expect(nextPollDelayMs(token, { ...options, expectedMs })).toBe(nextPollDelayMs(token, options));
    }
  });

  it('of a millisecond is soon over: the plain schedule', () => {
    for (const nowMs of [0, 2000, 10_000, 29_000]) {
      const options = { nowMs, jitter: 0.5 };
      expect(nextPollDelayMs(token, { ...options, expectedMs: 1 })).toBe(nextPollDelayMs(token, options));
    }
  });

  it('of thirty years is silent up to half of it, but for one early look', () => {
    expect(nextPollDelayMs(token, { nowMs: 0, jitter: 0.5, expectedMs: 1e12 })).toBe(1520);
    expect(nextPollDelayMs(token, { nowMs: 1520, jitter: 0.5, expectedMs: 1e12 })).toBe(5e11 - 1520);
    const late = nextPollDelayMs(token, { nowMs: 5e11, jitter: 0.5, expectedMs: 1e12 });
    expect(late).toBeLessThanOrEqual(1.75 * law.delayMs(5e11));
  });
});
