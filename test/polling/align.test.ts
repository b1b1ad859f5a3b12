import { describe, expect, it } from '@jest/globals';
import { alignDueMs } from '../../src/polling/align.js';
import { fc } from '../support/fast-check.js';

const times = fc.integer({ min: 1, max: 1e9 });
const tolerances = fc.double({ min: 1, max: 60_000, noNaN: true });

describe('an aligned due time', () => {
  it('is later by less than the tolerance, and not earlier', () => {
    fc.assert(
      fc.property(times, tolerances, (dueMs, toleranceMs) => {
        const alignedMs = alignDueMs(dueMs, toleranceMs);
        expect(alignedMs).toBeGreaterThanOrEqual(dueMs);
        expect(alignedMs).toBeLessThan(dueMs + toleranceMs);
      }),
    );
  });

  it('is a multiple of the largest power of two within the tolerance, so that grids of all tolerances nest', () => {
    expect([1, 3, 4, 500, 1023, 1024].map((toleranceMs) => alignDueMs(100_001, toleranceMs))).toEqual([
      100_001, 100_002, 100_004, 100_096, 100_352, 100_352,
    ]);
  });

  it('stays the same once aligned', () => {
    fc.assert(
      fc.property(times, tolerances, (dueMs, toleranceMs) => {
        const alignedMs = alignDueMs(dueMs, toleranceMs);
        expect(alignDueMs(alignedMs, toleranceMs)).toBe(alignedMs);
      }),
    );
  });

  it('is never, if the next poll is never due', () => {
    expect(alignDueMs(Infinity, Infinity)).toBe(Infinity);
  });
});
