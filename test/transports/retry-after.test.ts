import { describe, expect, it } from '@jest/globals';
import { parseHttpDate, parseRetryAfter } from '../../src/transports/retry-after.js';

const now = Date.UTC(1994, 10, 6, 8, 49, 37);
const day = 86_400_000;

describe('parseRetryAfter()', () => {
  it.each([
    ['30', 30_000],
    [' 1 ', 1000],
    ['999999999', day],
    ['9'.repeat(400), day],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:50:37 GMT', 60_000],
    ['Sun Nov  6 08:50:37 1994', 60_000],
    ['Wed, 06 Nov 2094 08:50:37 GMT', day],
  ])('parses %j', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });

  it.each([
    [null],
    [''],
    ['0'],
    ['-5'],
    ['+5'],
    ['1.5'],
    ['1e3'],
    ['0x10'],
    ['NaN'],
    ['Infinity'],
    ['soon'],
    ['30s'],
    ['30, 60'],
    ['2094-11-06T08:49:37Z'],
    ['Sun, 06 Nov 1994 08:48:37 GMT'],
    ['Sun, 06 Nov 1994 08:49:37 GMT'],
    ['Sun, 99 Nov 1994 08:49:37 GMT'],
    ['Sun, 06 Xyz 1994 08:49:37 GMT'],
  ])('ignores %j', (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined();
  });
});

it('parses a date that is a millisecond ahead', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', now - 1)).toBe(1);
});

describe('parseHttpDate()', () => {
  it('parses the three formats as the same instant', () => {
    for (const text of [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
    ]) {
      expect(parseHttpDate(text)).toBe(now);
    }
  });
});
