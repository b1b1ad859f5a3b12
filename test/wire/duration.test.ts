import { describe, expect, it } from '@jest/globals';
import { durationFromJson, durationToJson, nanosFromJson, nanosToJson } from '../../src/wire/duration.js';
import { duration } from '../support/arbitraries.js';
import { fc } from '../support/fast-check.js';

describe('durations', () => {
  it.each([
    ['53s', 53_000],
    ['2.463586755s', 2463.586755],
    ['45.837906927s', 45_837.906927],
    ['1.1s', 1100],
    ['-1.5s', -1500],
    ['-0.5s', -500],
    ['0s', 0],
    ['315576000000s', 315_576_000_000_000],
  ])('durationFromJson() reads %s', (text, ms) => expect(durationFromJson(text)).toBe(ms));

  it.each([
    '',
    's',
    '1',
    '1.s',
    '.5s',
    '1.1234567890s',
    '1e3s',
    '+1s',
    ' 1s',
    '1s\n',
    '--1s',
    '315576000001s',
    5,
    null,
    {},
  ])('durationFromJson() takes %j for nonsense', (text) => expect(durationFromJson(text)).toBeUndefined());

  it.each([
    [1500, '1.500s'],
    [60_000, '60s'],
    [0, '0s'],
    [0.25, '0.000250s'],
    [0.000001, '0.000000001s'],
    [-500, '-0.500s'],
    [Infinity, '315576000000s'],
    [-Infinity, '-315576000000s'],
    [NaN, '0s'],
  ])('durationToJson() writes %d', (ms, text) => expect(durationToJson(ms)).toBe(text));

  it('durationFromJson() inverts durationToJson() for whole milliseconds', () => {
    const ms = fc.integer({ min: -315_576_000_000_000, max: 315_576_000_000_000 });
    fc.assert(fc.property(ms, (given) => durationFromJson(durationToJson(given)) === given));
  });

  it('nanosToJson() inverts nanosFromJson()', () => {
    fc.assert(fc.property(duration, (text) => expect(nanosToJson(nanosFromJson(text)!)).toBe(text)));
  });

  it('durationFromJson() never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.anything()), (value) => void durationFromJson(value)));
  });
});
