import { describe, expect, it } from '@jest/globals';
import type { PollingState } from '../../src/polling/backoff.js';
import { defaultBackoff, placedByDefault } from '../../src/polling/default-backoff.js';
import { defaultLaw } from '../../src/polling/default-law.js';

/** The delay after a poll at this age, or at another attempt or with other facts. */
const delayMs = (ageMs: number, facts: Partial<PollingState> = {}): number =>
  defaultBackoff({ ageMs, attempt: 1, jitter: 0, ...facts });

describe('defaultBackoff() of an operation that was found old', () => {
  it.each([
    [0, 1600],
    [1000, 600],
    [1199, 401],
    [1300, 400], // the minimum
    [1600, 560], // no longer the first look
    [4000, 1400],
  ])('at %d ms delays the first poll by %d ms', (ageMs, expectedMs) => {
    expect(delayMs(ageMs, { attempt: 0 })).toBe(expectedMs);
  });

  it('takes the mean of the first poll for a new one as its law', () => {
    expect(defaultLaw().firstPollMs).toBe(delayMs(0, { attempt: 0, jitter: 0.5 }));
  });
});

describe('defaultBackoff() with progress', () => {
  it.each([
    ['further away than the start', 2001, 800],
    ['as far away as the start', 2000, 700],
    ['near', 100, 700],
  ])('delays by 40 %% of the age while the end is %s, otherwise by 35 %%', (_, remainingMs, expectedMs) => {
    expect(delayMs(2000, { remainingMs })).toBe(expectedMs);
  });
});

describe('defaultBackoff() with a history', () => {
  it('polls at the age that the history says', () => {
    const state = { ageMs: 5000, attempt: 3, jitter: 0, nextAgeMs: 5750, expectedMs: 90_000 };
    expect(defaultBackoff(state)).toBe(750);
    expect(placedByDefault(state)).toBe('history');
  });
});

describe('defaultBackoff() with expectedMs', () => {
  /** √(2 × price × age), the delay without an expectation. */
  const plainMs = (ageMs: number): number => Math.sqrt(1000 * ageMs);

  it.each([
    ['a second, before it', 12_000, 20_000, 1000],
    ['a second, also if the operation takes just as long', 20_000, 20_000, 1000],
    ['40 % of the plain delay once it is over', 24_000, 20_000, 0.4 * plainMs(24_000)],
    ['5 % of it, if that is more', 60_000, 100_000, 5000],
    ['1.75 times the plain delay at most', 600_000, 1_000_000, 1.75 * plainMs(600_000)],
    ['the time to half of it', 10_000, 1_000_000, 490_000],
  ])('delays by %s: at %d ms of %d ms', (_, ageMs, expectedMs, delay) => {
    expect(delayMs(ageMs, { expectedMs })).toBeCloseTo(delay, 6);
  });

  it('does not place polls that have none', () => {
    expect(placedByDefault({ ageMs: 0, attempt: 1, jitter: 0 })).toBe('age');
  });
});
