import { expect, it } from '@jest/globals';
import * as scalars from '../../src/decoders/scalars.js';

it('what is not of the type is named with it', () => {
  expect(() => scalars.integerFromJson(-1, 32, false)).toThrow(/uint32/);
  expect(() => scalars.integerFromJson('2147483648', 32, true)).toThrow(/an? int32/);
  expect(() => scalars.booleanFromJson('true')).toThrow(/bool/);
  expect(() => scalars.stringFromJson(1)).toThrow(/string/);
  expect(() => scalars.bytesFromJson(1)).toThrow(/base64/);
  expect(() => scalars.numberFromJson(true)).toThrow(/number/);
  expect(() => scalars.numberFromJson('1.2.3')).toThrow(/number/);
});

it('numbers may be texts', () => {
  expect(scalars.integerFromJson('4294967295', 32, false)).toBe(4_294_967_295n);
  expect(scalars.numberFromJson('-1.5e3')).toBe(-1500);
  expect(scalars.numberFromJson('-Infinity')).toBe(-Infinity);
  expect(scalars.stringFromJson('a')).toBe('a');
  expect(scalars.booleanFromJson(false)).toBe(false);
  expect(scalars.bytesFromJson('-_8')).toEqual(Uint8Array.of(251, 255));
});
