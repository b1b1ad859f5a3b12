import { describe, expect, it } from '@jest/globals';
import { anyFrom } from '../../src/transports/any-forms.js';

const typeUrl = 'type.googleapis.com/x.T';
const bytes = Uint8Array.of(251, 255, 1, 2);
const json = { '@type': typeUrl, a: 1 };

describe('anyFrom()', () => {
  it.each<[string, unknown]>([
    ['bytes', bytes],
    ['a Buffer', Buffer.from(bytes)],
    ['an ArrayBuffer', bytes.buffer],
    ['base64', '+/8BAg=='],
    ['URL-safe base64 without padding', '-_8BAg'],
    ['a Buffer that went through JSON', JSON.parse(JSON.stringify(Buffer.from(bytes)))],
    ['a Uint8Array that went through JSON', JSON.parse(JSON.stringify(bytes))],
    ['an array', [...bytes]],
  ])('reads an Any whose value is %s', (_, value) => {
    for (const any of [anyFrom({ typeUrl, value }), anyFrom({ type_url: typeUrl, value })]) {
      expect(Object.keys(any!)).toEqual(['typeUrl', 'value']);
      expect(any!.typeUrl).toBe(typeUrl);
      expect(any!.value).toBeInstanceOf(Uint8Array);
      expect([...any!.value!]).toEqual([...bytes]);
    }
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['an object without a prototype', Object.create(null)],
  ])('reads an Any without content if its value is %s', (_, value) => {
    expect(anyFrom({ typeUrl, value })).toEqual({ typeUrl, value: new Uint8Array() });
  });

  it.each<[string, unknown]>([
    ['a number', 5],
    ['a text that is not base64', '?'],
    ['another object', { data: 'AQL6' }],
    ['an array of others', ['1']],
  ])('is undefined if the value is %s: its content would be lost', (_, value) => {
    expect(anyFrom({ typeUrl, value })).toBeUndefined();
  });

  it('keeps the same bytes, without a copy', () => expect(anyFrom({ typeUrl, value: bytes })!.value).toBe(bytes));

  it('prefers typeUrl to type_url', () => {
    expect(anyFrom({ typeUrl, type_url: 'other', value: bytes })!.typeUrl).toBe(typeUrl);
  });

  it('keeps JSON beside the bytes, or alone', () => {
    expect(anyFrom({ typeUrl, value: bytes, json })).toEqual({ typeUrl, value: bytes, json });
    for (const value of [undefined, null, '']) {
      expect(Object.entries(anyFrom({ typeUrl, value, json })!)).toEqual([
        ['typeUrl', typeUrl],
        ['json', json],
      ]);
    }
  });

  it('reads the proto3 JSON form', () => expect(anyFrom(json)).toEqual({ typeUrl, json }));

  it.each([[undefined], [null], ['text'], [5], [{}], [{ value: bytes }], [{ typeUrl: 5 }]])(
    'is undefined for %j, which is neither',
    (value) => expect(anyFrom(value)).toBeUndefined(),
  );
});
