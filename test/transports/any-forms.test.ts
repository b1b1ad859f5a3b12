import { describe, expect, it } from '@jest/globals';
import { anyFrom } from '../../src/transports/any-forms.js';

const typeUrl = 'type.googleapis.com/a.B';
const bytes = Uint8Array.of(1, 2);
const none = new Uint8Array();

describe('anyFrom()', () => {
  it.each<[string, unknown, object | undefined]>([
    ['bytes', { typeUrl, value: bytes }, { typeUrl, value: bytes }],
    ['the name of protobufjs', { type_url: typeUrl, value: bytes }, { typeUrl, value: bytes }],
    ['both names', { type_url: 'other', typeUrl, value: bytes }, { typeUrl, value: bytes }],
    ['an ArrayBuffer', { typeUrl, value: bytes.buffer }, { typeUrl, value: bytes }],
    ['base64', { typeUrl, value: 'AQI=' }, { typeUrl, value: bytes }],
    ['a text that is not base64', { typeUrl, value: '!' }, { typeUrl, value: none }],
    ['the JSON form of a Buffer', { typeUrl, value: { type: 'Buffer', data: [1, 2] } }, { typeUrl, value: bytes }],
    ['another object', { typeUrl, value: { data: 'x' } }, { typeUrl, value: none }],
    ['a number', { typeUrl, value: 5 }, { typeUrl, value: none }],
    ['no bytes', { typeUrl }, { typeUrl, value: none }],
    ['JSON', { typeUrl, json: { a: 1 } }, { typeUrl, json: { a: 1 } }],
    ['JSON that is null', { typeUrl, json: null }, { typeUrl, json: null }],
    ['JSON and bytes', { typeUrl, json: { a: 1 }, value: bytes }, { typeUrl, json: { a: 1 }, value: bytes }],
    ['no type', { value: bytes }, undefined],
    ['a type that is no text', { typeUrl: 5, value: bytes }, undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
  ])('reads %s', (_, value, expected) => expect(anyFrom(value)).toStrictEqual(expected));

  it('reads the form of proto3 JSON', () => {
    expect(anyFrom({ '@type': typeUrl, a: 1 })).toMatchObject({ typeUrl, json: { '@type': typeUrl, a: 1 } });
  });

  it('keeps bytes as they are', () => expect(anyFrom({ typeUrl, value: bytes })?.value).toBe(bytes));
});
