import { describe, expect, it } from '@jest/globals';
import { constantBackoff, exponentialBackoff, type PollingBackoff } from '../../src/polling/backoff.js';
import { fc } from '../support/fast-check.js';

const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const ages = fc.double({ min: 0, max: 1e10, noNaN: true });
const options = fc
  .record({
    initialDelayMs: fc.double({ min: 1, max: 1e5, noNaN: true }),
    multiplier: fc.double({ min: 1, max: 4, noNaN: true }),
    longer: fc.double({ min: 1, max: 1e4, noNaN: true }),
  })
  .map(({ initialDelayMs, multiplier, longer }) => ({
    initialDelayMs,
    multiplier,
    maxDelayMs: initialDelayMs * longer,
  }));

/** The ages at which an operation that runs for `durationMs` is polled; the last is the one that finds it done. */
function pollAges(backoff: PollingBackoff, durationMs: number, jitter = 0, firstAgeMs = 0): number[] {
  const ages = [firstAgeMs];
  for (let ageMs = firstAgeMs, attempt = 0; ageMs < durationMs; attempt++) {
    ageMs += backoff({ ageMs, attempt, jitter });
    ages.push(ageMs);
  }
  return ages;
}

describe('exponentialBackoff()', () => {
  it('grows by the multiplier', () => {
    const backoff = exponentialBackoff({ multiplier: Infinity });
    expect(backoff({ ageMs: 0, attempt: 1, jitter: 0 })).toBe(500);
    expect(backoff({ ageMs: 1, attempt: 1, jitter: 0 })).toBe(60_000);
  });

  it('keeps each delay but the first between minimum and maximum, in proportion to the age', () => {
    fc.assert(
      fc.property(options, ages, fc.integer({ min: 1, max: 1000 }), jitters, (options, ageMs, attempt, jitter) => {
        const { initialDelayMs, multiplier, maxDelayMs } = options;
        const delayMs = exponentialBackoff(options)({ ageMs, attempt, jitter });
        expect(delayMs).toBeGreaterThanOrEqual(initialDelayMs);
        expect(delayMs).toBeLessThanOrEqual(maxDelayMs);
        expect(delayMs).toBeLessThanOrEqual(Math.max(initialDelayMs, (multiplier - 1) * ageMs));
        // Neither the count of polls nor the jitter has any say: there is no jitter.
        expect(delayMs).toBe(exponentialBackoff(options)({ ageMs, attempt: 1, jitter: 0 }));
      }),
    );
  });

  it('reduces the first delay by a random part, never to zero', () => {
    fc.assert(
      fc.property(options, ages, jitters, (options, ageMs, jitter) => {
        const backoff = exponentialBackoff(options);
        const delayMs = backoff({ ageMs, attempt: 0, jitter });
        expect(delayMs).toBe(backoff({ ageMs, attempt: 1, jitter }) * (1 - jitter));
        expect(delayMs).toBeGreaterThan(0);
      }),
    );
  });

  it('polls at a geometric series of ages', () => {
    const ages = pollAges(exponentialBackoff({ multiplier: 1.5, maxDelayMs: Infinity }), 1e7);
    const late = ages.filter((age) => age > 2000);
    expect(late.length).toBeGreaterThan(15);
    for (const [i, age] of late.slice(1).entries()) expect(age / late[i]!).toBeCloseTo(1.5, 9);
  });

  it('sees a completion within max(initialDelayMs, (multiplier − 1) × age), whenever it happens', () => {
    const durations = fc.double({ min: 0, max: 4e7, noNaN: true });
    const epsilons = fc.double({ min: 0.05, max: 1, noNaN: true });
    fc.assert(
      fc.property(durations, epsilons, jitters, (durationMs, epsilon, jitter) => {
        const backoff = exponentialBackoff({ multiplier: 1 + epsilon, maxDelayMs: Infinity });
        const noticedMs = pollAges(backoff, durationMs, jitter).at(-1)!;
        expect(noticedMs - durationMs).toBeLessThanOrEqual(Math.max(500, epsilon * durationMs) * (1 + 1e-9));
      }),
    );
  });

  it('needs logarithmically many polls', () => {
    const durations = fc.double({ min: 0, max: 4e8, noNaN: true });
    const epsilons = fc.double({ min: 0.05, max: 1, noNaN: true });
    fc.assert(
      fc.property(durations, epsilons, jitters, (durationMs, epsilon, jitter) => {
        const backoff = exponentialBackoff({ multiplier: 1 + epsilon, maxDelayMs: Infinity });
        // Until t₀ every 500 ms; from there the ⌈ln(T/t₀) / ln(1 + ε)⌉ that no schedule with this promise can beat;
        // the one at once, and one for the jitter.
        const startMs = 500 / epsilon;
        const linear = Math.ceil(Math.min(durationMs, startMs) / 500);
        const geometric = Math.max(0, Math.ceil(Math.log(durationMs / startMs) / Math.log(1 + epsilon)));
        expect(pollAges(backoff, durationMs, jitter).length).toBeLessThanOrEqual(linear + geometric + 2);
      }),
    );
  });

  it('has the documented defaults', () => {
    const at = (ageMs: number): number => exponentialBackoff()({ ageMs, attempt: 1, jitter: 0.5 });
    expect([0, 1999, 2000, 10_000, 60_000, 240_000, 1e9].map(at)).toEqual([
      500, 500, 500, 2500, 15_000, 60_000, 60_000,
    ]);
    const polls = pollAges(exponentialBackoff(), 36_000_000).length;
    expect(polls).toBeGreaterThan(600);
    expect(polls).toBeLessThan(630);
  });

  it('continues the schedule of a resumed wait', () => {
    const backoff = exponentialBackoff({ maxDelayMs: Infinity });
    const threeHours = 10_800_000;
    const resumed = pollAges(backoff, 2 * threeHours, 0, threeHours);
    expect(resumed).toHaveLength(5); // at once; then after 1.25, 1.56, 1.95 and 2.44 times three hours
    expect(resumed[1]).toBe(1.25 * threeHours);
  });

  it('is pure: the same state gives the same delay', () => {
    fc.assert(
      fc.property(options, ages, fc.nat(50), jitters, (options, ageMs, attempt, jitter) => {
        const backoff = exponentialBackoff(options);
        const state = Object.freeze({ ageMs, attempt, jitter });
        const delayMs = backoff(state);
        backoff({ ageMs: 0, attempt: 0, jitter: 0 });
        expect(backoff(state)).toBe(delayMs);
      }),
    );
  });

  it('accepts an initialDelayMs above the default maximum delay', () => {
    expect(exponentialBackoff({ initialDelayMs: 90_000 })({ ageMs: 1e9, attempt: 1, jitter: 0 })).toBe(90_000);
  });

  it('is constant with multiplier 1', () => {
    expect(exponentialBackoff({ multiplier: 1 })({ ageMs: 1e9, attempt: 3, jitter: 0 })).toBe(500);
  });

  it.each([
    [{ initialDelayMs: 0 }, 'initialDelayMs', 1, 0],
    [{ initialDelayMs: NaN }, 'initialDelayMs', 1, NaN],
    [{ multiplier: 0.99 }, 'multiplier', 1, 0.99],
    [{ multiplier: NaN }, 'multiplier', 1, NaN],
    [{ maxDelayMs: 499 }, 'maxDelayMs', 500, 499],
    [{ initialDelayMs: 10, maxDelayMs: 9 }, 'maxDelayMs', 10, 9],
  ])('throws for %j', (options, option, min, value) =>
    expect(() => exponentialBackoff(options)).toThrow(
      new RangeError(`Cannot poll as '${option}' must be a number of at least ${min}: current value is ${value}`),
    ),
  );

  it('throws for a value that is not a number', () =>
    expect(() => exponentialBackoff({ multiplier: '2' as never })).toThrow(
      new TypeError(`Cannot poll as 'multiplier' must be a number of at least 1: current value is 2`),
    ));
});

describe('constantBackoff()', () => {
  it('returns one delay, whatever the state', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), ages, fc.nat(), jitters, (delayMs, ageMs, attempt, jitter) => {
        expect(constantBackoff(delayMs)({ ageMs, attempt, jitter })).toBe(delayMs);
      }),
    );
  });

  it.each([-1, NaN, -Infinity])('throws for %p', (delayMs) =>
    expect(() => constantBackoff(delayMs)).toThrow(
      new RangeError(`Cannot poll as 'delayMs' must be a number of at least 0: current value is ${delayMs}`),
    ),
  );

  it('throws for a value that is not a number', () => expect(() => constantBackoff('5' as never)).toThrow(TypeError));
});
