import { describe, expect, it } from '@jest/globals';
import { logistic } from '../../src/history/experts.js';

describe('the logistic function', () => {
  it.each([-15, -1, 0, 2, 15])('at %d', (z) => {
    expect(logistic(z)).toBeCloseTo(1 / (1 + Math.exp(-z)), 15);
    expect(logistic(z) + logistic(-z)).toBeCloseTo(1, 15);
  });

  // So that what is far away counts nothing, and takes no time.
  it.each([15.1, 16, 100, Infinity])('is 0 or 1 from %d on', (z) => {
    expect(logistic(-z)).toBe(0);
    expect(logistic(z)).toBe(1);
  });
});
