import { describe, expect, it } from '@jest/globals';
import { defaultLaw, type PollingLaw } from '../../src/polling/default-law.js';
import { PollClock } from '../../src/history/poll-clock.js';
import { fc } from '../support/fast-check.js';

/** A law whose poll number n is at the age 100 · n². */
const squares: PollingLaw = {
  firstPollMs: 100,
  delayMs: (ageMs) => 100 * (2 * Math.round(Math.sqrt(ageMs / 100)) + 1),
  latenessUnitMs: () => 1000,
};

/** The number of the last poll whose age is computed, and the delay after it. */
const last = { polls: 2047, ageMs: 100 * 2047 ** 2, delayMs: 100 * (2 * 2047 + 1) };

describe('the clock of a law', () => {
  it.each([0, 1, 2, 3, 10, 1000, last.polls])('is at %d at the age of that poll', (polls) => {
    expect(new PollClock(squares).pollsAt(100 * polls ** 2)).toBe(polls);
    expect(new PollClock(squares).ageMsAt(polls)).toBe(100 * polls ** 2);
  });

  it.each([0, 1, 2, 11, 1000, last.polls - 1])('moves evenly between the polls %d and the next', (polls) => {
    const ageMs = 100 * (polls ** 2 + (2 * polls + 1) / 4);
    expect(new PollClock(squares).pollsAt(ageMs)).toBeCloseTo(polls + 0.25, 9);
    expect(new PollClock(squares).ageMsAt(polls + 0.25)).toBeCloseTo(ageMs, 6);
  });

  it('goes on at the pace of the last poll after 2,047 of them', () => {
    const clock = new PollClock(squares);
    expect(clock.pollsAt(last.ageMs + 3 * last.delayMs)).toBe(last.polls + 3);
    expect(clock.ageMsAt(last.polls + 3)).toBe(last.ageMs + 3 * last.delayMs);
    expect(new PollClock(squares).ageMsAt(1e5)).toBe(last.ageMs + (1e5 - last.polls) * last.delayMs);
  });

  it('says the same whatever it was used for before', () => {
    const clock = new PollClock(squares);
    expect([1e6, 250, 3e7, 0].map((ageMs) => clock.pollsAt(ageMs))).toEqual(
      [1e6, 250, 3e7, 0].map((ageMs) => new PollClock(squares).pollsAt(ageMs)),
    );
  });

  it('is at an age again that it was computed from', () => {
    const clock = new PollClock(defaultLaw());
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ageMs) => {
        expect(Math.abs(clock.ageMsAt(clock.pollsAt(ageMs)) - ageMs)).toBeLessThan(1e-3);
      }),
      { numRuns: 50 },
    );
  });
});
