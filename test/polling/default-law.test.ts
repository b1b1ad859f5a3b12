import { describe, expect, it } from '@jest/globals';
import { loadFactor } from '../../src/history/load-factor.js';
import { defaultBackoff } from '../../src/polling/default-backoff.js';
import { defaultLaw } from '../../src/polling/default-law.js';

describe('the law of the square root', () => {
  const law = defaultLaw();

  it('is that of defaultBackoff(), also under a load', () => {
    for (let ageMs = 1600; ageMs < 1e8; ageMs *= 1.3) {
      for (const [activeWaits, requestPriceMs] of [
        [0, 500],
        [40, 500],
        [10_000, 700],
      ] as const) {
        const delayMs = defaultBackoff({ ageMs, attempt: 1, jitter: 0, requestPriceMs, activeWaits });
        expect(defaultLaw(requestPriceMs * loadFactor(activeWaits)).delayMs(ageMs)).toBe(delayMs);
      }
    }
  });

  it('delays by a share of the age, then by its root, within its limits', () => {
    const seconds = [0, 1, 2, 5, 8, 30, 300, 3600, 36_000];
    expect(seconds.map((age) => Math.round(law.delayMs(age * 1000)))).toEqual([
      400, 400, 700, 1750, 2800, 5477, 17_321, 60_000, 60_500,
    ]);
  });

  it('grows with the root of the price', () => {
    expect(defaultLaw(2000).delayMs(300_000)).toBeCloseTo(2 * law.delayMs(300_000));
  });

  it('counts lateness in relation to the age, for short operations', () => {
    expect([0, 800, 5000, 8000, 1e6].map((ageMs) => law.latenessUnitMs(ageMs))).toEqual([800, 800, 5000, 8000, 8000]);
  });
});
