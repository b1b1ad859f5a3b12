// The schedules of the page on which a reader compares them: the package's own, and those of other clients.
import { constantBackoff, exponentialBackoff, type PollingBackoff } from '../../src/polling/backoff.js';
import { defaultBackoff } from '../../src/polling/default-backoff.js';
import { scheduleCost, type ScheduleCost } from '../schedule-cost.js';

/** What the reader chooses. */
export interface Choice {
  readonly durationMs: number;
  /** The longest duration divided by the shortest. */
  readonly spread: number;
  readonly requestPriceMs: number;
  readonly intervalMs: number;
  readonly multiplier: number;
}

/** A schedule with what it costs. */
export interface ScheduleRow extends ScheduleCost {
  readonly label: string;
  /** The ages at the polls of one operation of the chosen duration, in milliseconds. */
  readonly agesMs: readonly number[];
}

/** The costs of all schedules for a choice. */
export function scheduleRows(choice: Choice): ScheduleRow[] {
  const { durationMs, spread, requestPriceMs, intervalMs, multiplier } = choice;
  const schedules: readonly (readonly [label: string, backoff: PollingBackoff])[] = [
    ['default', (state) => defaultBackoff({ ...state, requestPriceMs })],
    ['default with expectedMs', (state) => defaultBackoff({ ...state, requestPriceMs, expectedMs: durationMs })],
    ['exponentialBackoff()', exponentialBackoff({ multiplier })],
    ['constantBackoff()', constantBackoff(intervalMs)],
    // google-gax: 100 ms, times 1.3 after each poll, up to a minute.
    ['google-gax', ({ attempt }) => Math.min(100 * 1.3 ** attempt, 60_000)],
  ];
  return schedules.map(([label, backoff]) => ({
    label,
    ...scheduleCost(backoff, durationMs, spread, stepsFor(pollAges(backoff, durationMs, Infinity).length)),
    agesMs: pollAges(backoff, durationMs, 2000),
  }));
}

/** How many durations and jitters to average over, so that a page with many polls stays fast. */
function stepsFor(polls: number): number {
  return Math.min(Math.max(Math.floor(Math.sqrt(2e5 / polls)), 3), 30);
}

/** The ages at the polls of one operation, in milliseconds. */
function pollAges(backoff: PollingBackoff, durationMs: number, maxPolls: number): number[] {
  const agesMs: number[] = [];
  for (let ageMs = 0; ageMs < durationMs && agesMs.length < maxPolls;) {
    ageMs += backoff({ ageMs, attempt: agesMs.length, jitter: 0.5 });
    agesMs.push(ageMs);
  }
  return agesMs;
}
