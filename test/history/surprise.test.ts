import { describe, expect, it } from '@jest/globals';
import { isSurprise, quantileGridOf } from '../../src/history/surprise.js';
import type { Mesh } from '../../src/history/mesh.js';

function meshOf(agesMs: readonly number[], ended: readonly number[]): Mesh {
  return {
    step: 1,
    agesMs: Float64Array.from(agesMs),
    ended: Float64Array.from(ended),
    worth: new Float64Array(agesMs.length),
  };
}

const start = Math.log(10_000);

/** What is expected of durations whose logarithms lie anywhere in `width` from ten seconds on. */
function uniform(width: number) {
  const shares = Array.from({ length: 3001 }, (_, index) => index / 3000);
  const ages = shares.map((share) => Math.exp(start + width * share));
  return quantileGridOf(meshOf([0, ...ages, 1e9], [0, ...shares, 1]));
}

/** An end, by where its logarithm lies after that of ten seconds. */
const endIn = (from: number, to: number) => ({ low: start + from, high: start + to, isGuess: false });

describe('what is expected', () => {
  it('is sixteen quantiles at equal steps, in 64 bytes; the first and the last are half a step within', () => {
    const grid = uniform(3);
    expect(grid.byteLength).toBe(64);
    const shares = [0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14.5].map((step) => step / 15);
    grid.forEach((logAge, step) => expect(Math.abs(logAge - start - 3 * shares[step]!)).toBeLessThan(2e-3));
  });

  it('is the first age at which a share has ended', () => {
    const grid = quantileGridOf(meshOf([0, 10, 20, 30, 40, 50], [0, 0.2, 0.4, 0.6, 0.8, 1]));
    const agesMs = Array.from(grid, (logAge) => Math.round(Math.exp(logAge)));
    expect(agesMs).toEqual([10, 10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40, 50, 50, 50]);
  });

  it('is the last age that is known, for a share that has not ended by then', () => {
    const grid = quantileGridOf(meshOf([0, 10, 20, 30], [0, 0.1, 0.2, 0.3]));
    expect(Math.round(Math.exp(grid[2]!))).toBe(20);
    for (const step of [5, 10, 15]) expect(Math.round(Math.exp(grid[step]!))).toBe(30);
  });
});

describe('an end is a surprise', () => {
  const everywhere = [endIn(0.5, 0.6), endIn(1, 1.4), endIn(0.8, 0.8), endIn(0.3, 0.4)];

  it('nowhere, where more than a quarter of the ends were expected in each e-fold', () => {
    for (const end of everywhere) expect(isSurprise(uniform(3.8), end)).toBe(false);
  });

  it('anywhere, where fewer were', () => {
    for (const end of everywhere) expect(isSurprise(uniform(4.2), end)).toBe(true);
  });

  it.each([endIn(-3, -2), endIn(-0.2, -0.1), endIn(2.1, 2.2), endIn(5, 6)])(
    'before and after all that were expected: %p',
    (end) => {
      expect(isSurprise(uniform(2), end)).toBe(true);
    },
  );

  // A half of the ends was expected in each e-fold; the first and the last step of them is taken to be half as wide.
  it.each([
    [endIn(-0.6, 0.7), false],
    [endIn(-0.8, 0.5), true],
    [endIn(1.3, 2.6), false],
    [endIn(1.5, 2.8), true],
    [endIn(-0.5, 2.5), false],
    [endIn(-2, 4), true],
    [endIn(0.07, 0.12), false],
    [endIn(1.88, 1.93), false],
  ])('by the share of its interval in which ends were expected: %p: %p', (end, expected) => {
    expect(isSurprise(uniform(2), end)).toBe(expected);
  });

  it('not, if all ends were expected at an age that its interval reaches', () => {
    const grid = quantileGridOf(meshOf([0, 1, 2], [0, 1, 1]));
    expect(isSurprise(grid, { low: -0.5, high: 0, isGuess: false })).toBe(false);
    expect(isSurprise(grid, { low: -0.5, high: -0.01, isGuess: false })).toBe(true);
  });

  it('by the 2.5 % around it, if its age is known exactly', () => {
    const edge = 1 / 15; // where the first quantile is
    expect(isSurprise(uniform(2), endIn(edge - 0.02, edge - 0.02))).toBe(true);
    expect(isSurprise(uniform(2), endIn(edge + 0.02, edge + 0.02))).toBe(false);
    expect(isSurprise(uniform(2), endIn(edge - 0.024, edge - 0.024))).toBe(true);
    expect(isSurprise(uniform(2), endIn(edge - 0.005, edge - 0.005))).toBe(false);
  });
});
