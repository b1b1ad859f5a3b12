import type { PollingLaw } from '../polling/default-law.js';
import type { PollClock } from './poll-clock.js';

/** No delay is longer than this many of the default's, whatever the history says. */
const maxStretch = 1.75;
/** Nor are there more polls than this many times the default's, and three. */
const maxCount = 1.75;
const minDelayMs = 200;
const maxFirstMs = 2170;
/** By how much of its delay a poll may come earlier, so that pollers with one table do not poll together. */
export const maxShift = 0.1;

/** The longest delay after a poll at this age. */
export function maxDelayMs(law: PollingLaw, ageMs: number): number {
  return maxStretch * law.delayMs(ageMs);
}

/** The latest age of the poll after one at this age. */
export function latestMs(law: PollingLaw, ageMs: number): number {
  return ageMs > 0 ? ageMs + maxDelayMs(law, ageMs) : maxFirstMs;
}

/** The earliest age of the poll after one at this age. */
export function earliestMs(clock: PollClock, ageMs: number, pollsBefore: number): number {
  const byCountMs = clock.ageMsAt(Math.max(0, (pollsBefore + 1) / maxCount - 1));
  return Math.max(ageMs + minDelayMs, (byCountMs - maxShift * ageMs) / (1 - maxShift));
}
