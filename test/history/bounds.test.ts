import { describe, expect, it } from '@jest/globals';
import { durationHistory, type PollTable } from 'longrunning/history';
import { fc } from '../support/fast-check.js';
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

/** What can happen to a poller that polls at these ages: an operation that ends just after a poll is detected by the next. */
function worstDraws(agesMs: readonly number[], fromMs = 0) {
  return agesMs.map((detectedMs, index) => {
    const durationMs = (agesMs[index - 1] ?? fromMs) + 1e-6;
    return { durationMs, lateMs: detectedMs - durationMs, requests: index + 1 };
  });
}

/** How late and how often a poller polls in the worst draw, in relation to its bounds: at most 1. */
function worstOf(table: PollTable | undefined, jitter: number): { lateness: number; requests: number } {
  const usual = pollAges(undefined, 2e7, jitter);
  const draws = worstDraws(pollAges(table, 2e7, jitter));
  const requestBound = (durationMs: number): number => 1.75 * (usual.filter((ms) => ms < durationMs).length + 1) + 3;
  return {
    lateness: Math.max(...draws.map(({ durationMs, lateMs }) => lateMs / (1.75 * defaultBoundMs(durationMs)))),
    requests: Math.max(...draws.map(({ durationMs, requests }) => requests / requestBound(durationMs))),
  };
}

describe('any history, corrupt ones included', () => {
  it('makes a poller at most 1.75 times as late as the default may be', () => {
    fc.assert(
      fc.property(anyEnds, anyJitter, (ends, jitter) => {
        expect(worstOf(tableOf(ends), jitter).lateness).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 100 },
    );
  });

  it('makes a poller send at most 1.75 times as many requests as the default, and three', () => {
    fc.assert(
      fc.property(anyEnds, anyJitter, (ends, jitter) => {
        expect(worstOf(tableOf(ends), jitter).requests).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps its lateness for a poller that resumes at any age', () => {
    fc.assert(
      fc.property(anyEnds, duration, anyJitter, (ends, fromMs, jitter) => {
        const agesMs = pollAges(tableOf(ends), Math.min(10 * fromMs, fromMs + 1e6), jitter, fromMs);
        const draws = worstDraws(agesMs, fromMs);
        const late = draws.filter(({ durationMs, lateMs }) => lateMs > 1.75 * tolerance * defaultBoundMs(durationMs));
        expect(late).toEqual([]);
        expect(agesMs.every((ageMs, index) => ageMs > (agesMs[index - 1] ?? fromMs))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it.each([0, 0.5, 0.99])('reaches its bounds without exceeding them, at a jitter of %p', (jitter) => {
    // Nothing ends before five minutes.
    const late = tableOf(Array.from({ length: 64 }, (_, index) => endAt(300_000 + index, index, 10)));
    expect(worstOf(late, jitter).lateness).toBeGreaterThan(0.9);
    expect(worstOf(late, jitter).lateness).toBeLessThanOrEqual(tolerance);
    // What an hour costs can be spent on the first half minute.
    const early = tableOf(Array.from({ length: 64 }, (_, index) => endAt(index % 4 ? 30_000 : 3_600_000, index, 10)));
    expect(worstOf(early, jitter).requests).toBeGreaterThan(0.85);
    expect(worstOf(early, jitter).requests).toBeLessThanOrEqual(1);
  });
});
