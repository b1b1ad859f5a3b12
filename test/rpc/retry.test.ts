import { describe, expect, it } from '@jest/globals';
import {
  clampRetryAfterMs,
  defaultRetryPolicy,
  isRetryable,
  retryDelayMs,
  mergeRetryOptions,
} from '../../src/rpc/retry.js';
import { Code, type CodeName } from '../../src/status.js';
import { fc } from '../support/fast-check.js';
import { failure } from '../support/scripted.js';

const reads = ['GetOperation', 'ListOperations', 'WaitOperation'];
const writes = ['CancelOperation', 'DeleteOperation'];
const codes = Object.entries(Code) as [CodeName, Code][];
const readable = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'ABORTED', 'INTERNAL'];

describe('isRetryable()', () => {
  const table = codes.flatMap(([codeName, code]) =>
    (['service', 'transport'] as const).map((origin) => ({
      codeName,
      code,
      origin,
      read: readable.includes(codeName) || (codeName === 'UNKNOWN' && origin === 'transport'),
      write: codeName === 'UNAVAILABLE',
    })),
  );

  it.each(table)('$codeName of the $origin: reads $read, writes $write', ({ code, origin, read, write }) => {
    for (const method of reads) expect(isRetryable(failure(code, { origin }), method, undefined)).toBe(read);
    for (const method of writes) expect(isRetryable(failure(code, { origin }), method, undefined)).toBe(write);
  });

  it('uses the configured codes only', () => {
    for (const method of [...reads, ...writes]) {
      for (const [, code] of codes) {
        const { NOT_FOUND } = Code;
        expect(isRetryable(failure(code, { origin: 'transport' }), method, [NOT_FOUND])).toBe(code === NOT_FOUND);
        expect(isRetryable(failure(code), method, [])).toBe(false);
      }
    }
  });
});

describe('mergeRetryOptions()', () => {
  it('overrides some options and keeps the rest', () => {
    expect(mergeRetryOptions(defaultRetryPolicy, undefined)).toBe(defaultRetryPolicy);
    expect(mergeRetryOptions(defaultRetryPolicy, {})).toEqual(defaultRetryPolicy);
    expect(mergeRetryOptions(defaultRetryPolicy, { maxAttempts: 3, maxElapsedMs: undefined })).toEqual({
      ...defaultRetryPolicy,
      maxAttempts: 3,
    });
    expect(mergeRetryOptions({ ...defaultRetryPolicy, codes: [Code.ABORTED] }, { codes: [] }).codes).toEqual([]);
    expect(mergeRetryOptions({ ...defaultRetryPolicy, maxElapsedMs: 5 }, { multiplier: 1 }).maxElapsedMs).toBe(5);
  });

  it.each([
    ['maxAttempts', 0, 1],
    ['maxAttempts', NaN, 1],
    ['maxElapsedMs', -1, 0],
    ['initialDelayMs', -1, 0],
    ['multiplier', 0.9, 1],
    ['maxDelayMs', -0.1, 0],
  ])('throws for %s: %p', (option, value, min) =>
    expect(() => mergeRetryOptions(defaultRetryPolicy, { [option]: value })).toThrow(
      new RangeError(`Cannot retry as '${option}' must be a number of at least ${min}: current value is ${value}`),
    ),
  );

  it.each([
    [14, '14'],
    ['UNAVAILABLE', 'UNAVAILABLE'],
    [{}, 'an object'],
  ])('throws for codes that are not an array: %j', (codes, shown) =>
    expect(() => mergeRetryOptions(defaultRetryPolicy, { codes: codes as never })).toThrow(
      new TypeError(`Cannot retry as 'codes' must be an array: current value is ${shown}`),
    ),
  );

  it.each(['3', null, {}])('throws for a maxElapsedMs that is not a number: %j', (value) =>
    expect(() => mergeRetryOptions(defaultRetryPolicy, { maxElapsedMs: value as number })).toThrow(TypeError),
  );
});

describe('retryDelayMs()', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const policies = fc
    .record({
      initialDelayMs: fc.double({ min: 1, max: 1e5, noNaN: true }),
      multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
      maxDelayMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    })
    .map((numbers) => ({ ...defaultRetryPolicy, ...numbers }));

  it('stays within the jitter of an exponential, and below the maximum delay', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), policies, random, (attempt, policy, random) => {
        const fullMs = Math.min(policy.initialDelayMs * policy.multiplier ** (attempt - 1), policy.maxDelayMs);
        const delayMs = retryDelayMs(attempt, undefined, policy, random);
        expect(delayMs).toBeGreaterThanOrEqual(fullMs / 2);
        expect(delayMs).toBeLessThanOrEqual(fullMs);
        expect(delayMs).toBeLessThanOrEqual(policy.maxDelayMs);
      }),
    );
  });

  it('doubles, by default from 500 ms to 30 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 2000].map((attempt) =>
      retryDelayMs(attempt, undefined, defaultRetryPolicy, 0),
    );
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(retryDelayMs(1, undefined, defaultRetryPolicy, 0.5)).toBe(375);
  });

  it('of zero remains zero, however often it is multiplied', () => {
    for (const multiplier of [2, Infinity]) {
      for (const attempt of [1, 2, 1025, 5000]) {
        expect(retryDelayMs(attempt, undefined, { ...defaultRetryPolicy, initialDelayMs: 0, multiplier }, 0)).toBe(0);
      }
    }
  });

  it('is at least the Retry-After, and otherwise unchanged', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 600_000, noNaN: true }), random, (hintMs, random) => {
        const withoutMs = retryDelayMs(3, undefined, defaultRetryPolicy, random);
        expect(retryDelayMs(3, hintMs, defaultRetryPolicy, random)).toBe(Math.max(hintMs, withoutMs));
      }),
    );
  });

  it('can exceed the maximum delay by Retry-After', () => {
    expect(retryDelayMs(1, 53_000, { ...defaultRetryPolicy, maxDelayMs: 1000 }, 0)).toBe(53_000);
  });
});

describe('clampRetryAfterMs()', () => {
  it.each([
    [undefined, 0],
    [NaN, 0],
    [-5, 0],
    [-Infinity, 0],
    [0, 0],
    [53_000, 53_000],
    [0.5, 0.5],
    [1e12, 600_000],
    [Infinity, 600_000],
  ])('converts %p to %p', (hintMs, expected) => expect(clampRetryAfterMs(hintMs)).toBe(expected));
});
