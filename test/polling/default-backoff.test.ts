import { describe, expect, it } from '@jest/globals';
import type { PollingState } from '../../src/polling/backoff.js';
import { defaultBackoff, placedByDefault } from '../../src/polling/default-backoff.js';
import { fc } from '../support/fast-check.js';

const [second, minute, hour] = [1000, 60_000, 3_600_000];

type Given = Omit<PollingState, 'ageMs' | 'attempt' | 'jitter'> & { readonly jitter?: number };

/** The ages at which an operation that runs for `durationMs` is polled; the last poll finds it done. */
function pollAges(durationMs: number, given: Given = {}): number[] {
  const ages: number[] = [];
  let ageMs = 0;
  for (let attempt = 0; ageMs < durationMs; attempt++) {
    ageMs += defaultBackoff({ jitter: 0, ...given, ageMs, attempt });
    ages.push(ageMs);
  }
  return ages;
}

/** Polls and mean delay over durations around one, as in the tables of docs/polling.md. */
function costOf(aroundMs: number, given: Given = {}): { polls: number; delayMs: number } {
  const durations = Array.from({ length: 200 }, (_, i) => aroundMs * Math.exp((0.7 * (i + 0.5)) / 200 - 0.35));
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const runs = durations.map((durationMs, i) => ({
    durationMs,
    ages: pollAges(durationMs, { ...given, jitter: (i * 0.618) % 1 }),
  }));
  return {
    polls: mean(runs.map(({ ages }) => ages.length)),
    delayMs: mean(runs.map(({ ages, durationMs }) => ages.at(-1)! - durationMs)),
  };
}

const durations = fc.integer({ min: 0, max: 34 }).map((exponent) => 10 ** (2 + exponent / 5.5));
const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const prices = fc.double({ min: 1, max: 1e5, noNaN: true });
const loads = fc.integer({ min: 0, max: 100_000 });
const settings = { numRuns: Number(process.env.PROPERTY_RUNS ?? 300), seed: 5 };

describe('defaultBackoff()', () => {
  it.each([
    [30 * second, 14, 2.9 * second],
    [90 * second, 22, 5 * second],
    [3 * minute, 31, 7.2 * second],
    [5 * minute, 39, 9.2 * second],
    [hour, 130, 31 * second],
  ])('around %d ms takes at most %d polls and detects the end %d ms late on average', (aroundMs, polls, delayMs) => {
    const cost = costOf(aroundMs);
    expect(cost.polls).toBeLessThanOrEqual(polls);
    expect(cost.delayMs).toBeLessThanOrEqual(delayMs);
  });

  it.each([
    [250, 51, 6.2 * second],
    [1000, 33, 12.4 * second],
    [2000, 29, 17.6 * second],
  ])('at a price of %d ms takes at most %d polls around five minutes, and %d ms', (requestPriceMs, polls, delayMs) => {
    const cost = costOf(5 * minute, { requestPriceMs });
    expect(cost.polls).toBeLessThanOrEqual(polls);
    expect(cost.delayMs).toBeLessThanOrEqual(delayMs);
  });

  it('detects an end within the root of the duration, 35 % of it or the first look, and within a minute', () => {
    fc.assert(
      fc.property(durations, jitters, prices, (durationMs, jitter, requestPriceMs) => {
        const delayMs = pollAges(durationMs, { jitter, requestPriceMs }).at(-1)! - durationMs;
        const boundMs = Math.min(0.35 * durationMs, Math.sqrt(2 * requestPriceMs * durationMs), 60_500);
        expect(delayMs).toBeLessThanOrEqual(Math.max(boundMs, durationMs < 1600 ? 1600 : 400));
      }),
      settings,
    );
  });

  it('spreads the first polls of many operations by the jitter, and no others', () => {
    const first = [0, 0.5, 0.99].map((jitter) => defaultBackoff({ ageMs: 0, attempt: 0, jitter }));
    expect(first).toEqual([1600, 1520, 1441.6]);
    for (const jitter of [0, 0.5]) expect(defaultBackoff({ ageMs: 4000, attempt: 1, jitter })).toBe(1400);
  });

  it('polls less often with more active waits, from twenty to eighty', () => {
    fc.assert(
      fc.property(durations, jitters, loads, loads, (ageMs, jitter, a, b) => {
        const delay = (activeWaits: number): number => defaultBackoff({ ageMs, attempt: 1, jitter, activeWaits });
        expect(delay(Math.max(a, b))).toBeGreaterThanOrEqual(delay(Math.min(a, b)));
        expect(delay(a % 21)).toBe(delay(0));
        expect(delay(80 + a)).toBe(defaultBackoff({ ageMs, attempt: 1, jitter, requestPriceMs: 2000 }));
      }),
      settings,
    );
  });

  it('costs thousands about as much as polls at 1.24 times the age before, at most a minute apart', () => {
    for (let aroundMs = 2 * second; aroundMs < 20 * hour; aroundMs *= 1.3) {
      let polls = 0;
      for (let ageMs = 1600; ageMs < aroundMs; polls++) ageMs += Math.min(Math.max(0.24 * ageMs, 400), 60_500);
      expect(pollAges(aroundMs, { activeWaits: 10_000 }).length).toBeLessThanOrEqual(1.05 * polls + 1);
    }
  });

  it('is pure: the same state gives the same delay, above zero', () => {
    const states = fc.record({
      ageMs: fc.double({ min: 0, max: 1e12, noNaN: true }),
      attempt: fc.nat(50),
      jitter: jitters,
      expectedMs: fc.option(durations, { nil: undefined }),
      requestPriceMs: fc.option(prices, { nil: undefined }),
      activeWaits: fc.option(loads, { nil: undefined }),
    });
    fc.assert(
      fc.property(states, (state) => {
        const delayMs = defaultBackoff(Object.freeze(state));
        defaultBackoff({ ageMs: 7, attempt: 3, jitter: 0.1, expectedMs: 5 });
        expect(defaultBackoff(state)).toBe(delayMs);
        expect(delayMs).toBeGreaterThan(0);
      }),
      settings,
    );
  });
});

describe('defaultBackoff() with expectedMs', () => {
  it.each([
    ['exact', 90 * second, 13, 2.5 * second],
    ['half of the duration', 45 * second, 32, 5 * second],
    ['three times the duration', 270 * second, 2, 107 * second],
  ])('%s: an operation of 90 s', (_, expectedMs, polls, delayMs) => {
    const cost = costOf(90 * second, { expectedMs });
    expect(cost.polls).toBeLessThanOrEqual(polls);
    expect(cost.delayMs).toBeLessThanOrEqual(delayMs);
  });

  it('polls early once, then from half of it on every 5 % of it', () => {
    const ages = pollAges(90 * second, { expectedMs: 90 * second });
    expect(ages.slice(0, 4)).toEqual([1600, 45_000, 49_500, 54_000]);
    expect(ages).toHaveLength(12);
  });

  it('is the plain schedule from twice of it on', () => {
    for (const ageMs of [180_000, 200_000]) {
      const state = { ageMs, attempt: 9, jitter: 0 };
      expect(defaultBackoff({ ...state, expectedMs: 90_000 })).toBe(defaultBackoff(state));
    }
  });

  it('costs at most 1.75 times the polls and three, and 1.75 times the delay but for the first half', () => {
    fc.assert(
      fc.property(
        durations,
        durations,
        jitters,
        loads,
        prices,
        (durationMs, expectedMs, jitter, activeWaits, price) => {
          const load = { jitter, activeWaits, requestPriceMs: price };
          const plain = pollAges(durationMs, load);
          const ages = pollAges(durationMs, { ...load, expectedMs });
          expect(ages.length).toBeLessThanOrEqual(1.75 * plain.length + 3);
          const late = ages.filter((ageMs, i) => {
            const lastMs = ages[i - 1] ?? ageMs;
            return ageMs - lastMs > 1.75 * defaultBackoff({ ...load, ageMs: lastMs, attempt: 1 }) * (1 + 1e-9);
          });
          // Only the poll at half of it, which ends the silence.
          expect(late.filter((ageMs) => Math.abs(ageMs - expectedMs / 2) > 1e-6 * expectedMs)).toEqual([]);
        },
      ),
      settings,
    );
  });

  it('says what placed the poll', () => {
    const state = { attempt: 1, jitter: 0, expectedMs: 1000 };
    expect(placedByDefault({ ...state, ageMs: 0, attempt: 0 })).toBe('age'); // the first look
    expect(placedByDefault({ ...state, ageMs: 1700 })).toBe('expectation');
    expect(placedByDefault({ ...state, ageMs: 2000 })).toBe('age');
  });
});
