import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationHistory } from 'longrunning/history';
import { anyEnds, duration, endAt, law, pollAges } from './support.js';

const anyJitter = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
// Rounding to whole milliseconds, and of the ages in a table.
const tolerance = 1.001;

/** The table of a history with these ends. */
function tableOf(ends: Parameters<ReturnType<typeof durationHistory>['record']>[1][]) {
  const history = durationHistory();
  for (const end of ends) history.record('kind', end);
  return history.begin('kind');
}

/** The latest that the default detects the end of such an operation. */
function defaultBoundMs(durationMs: number): number {
  return durationMs <= 1600 ? 1600 : law.delayMs(durationMs);
}

describe('any history, corrupt ones included', () => {
  it('makes a poller at most 1.75 times as late as the default may be', () => {
    fc.assert(
      fc.property(anyEnds, duration, anyJitter, (ends, durationMs, jitter) => {
        const detectedMs = pollAges(tableOf(ends), durationMs, jitter).at(-1)!;
        expect(detectedMs - durationMs).toBeLessThanOrEqual(1.75 * tolerance * defaultBoundMs(durationMs));
      }),
      { numRuns: 300 },
    );
  });

  it('makes a poller send at most 1.75 times as many requests as the default, and three', () => {
    fc.assert(
      fc.property(anyEnds, duration, anyJitter, (ends, durationMs, jitter) => {
        const polls = pollAges(tableOf(ends), durationMs, jitter).length;
        expect(polls).toBeLessThanOrEqual(1.75 * pollAges(undefined, durationMs, jitter).length + 3);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps both bounds for a poller that resumes at any age', () => {
    fc.assert(
      fc.property(anyEnds, duration, anyJitter, duration, (ends, fromMs, jitter, moreMs) => {
        const durationMs = fromMs + moreMs;
        const agesMs = pollAges(tableOf(ends), durationMs, jitter, fromMs);
        expect(agesMs.at(-1)! - durationMs).toBeLessThanOrEqual(1.75 * tolerance * defaultBoundMs(durationMs));
        expect(agesMs.every((ageMs, index) => ageMs > (agesMs[index - 1] ?? fromMs))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps both bounds at the worst draw: an operation that ends between the polls of another kind of time', () => {
    const table = tableOf(Array.from({ length: 64 }, (_, index) => endAt(300_000 + index, index, 10)));
    const lateness = [5_000, 20_000, 60_000, 150_000, 280_000].map((durationMs) => {
      const detectedMs = Math.max(...[0, 0.3, 0.6, 0.9].map((jitter) => pollAges(table, durationMs, jitter).at(-1)!));
      return (detectedMs - durationMs) / law.delayMs(durationMs);
    });
    expect(Math.max(...lateness)).toBeGreaterThan(1); // it does save requests before
    expect(Math.max(...lateness)).toBeLessThanOrEqual(1.75);
  });
});
