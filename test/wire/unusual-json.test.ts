import { expect, it } from '@jest/globals';
import { anyToJson } from '../../src/wire/json.js';

it('an Any without a type is its JSON, or empty', () => {
  expect(anyToJson({ typeUrl: '', json: 7 })).toBe(7);
  expect(anyToJson({ typeUrl: '', json: { a: 1 } })).toEqual({ a: 1 });
  expect(anyToJson({ typeUrl: '' })).toEqual({});
  expect(anyToJson({ typeUrl: '', value: new Uint8Array() })).toEqual({});
  expect(() => anyToJson({ typeUrl: '', value: Uint8Array.of(1) })).toThrow(TypeError);
});
