import { describe, expect, test } from '@jest/globals';
import { rawOperationFrom } from '../../src/gax/operation.js';
import { detailToAny } from '../../src/wire/details.js';

const info = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'AGENT_LOCKED',
  domain: 'dialogflow.googleapis.com',
  metadata: { agent: 'a' },
} as const;
const packed = detailToAny(info);

describe('rawOperationFrom()', () => {
  test('reads an operation of protobufjs', () => {
    const value = Buffer.from([1]);
    expect(
      rawOperationFrom({
        name: 'a',
        done: true,
        metadata: null,
        response: { type_url: 'x/T', value },
        result: 'response',
      }),
    ).toEqual({ name: 'a', done: true, metadata: undefined, response: { typeUrl: 'x/T', value }, error: undefined });
  });

  test('reads an error without the virtual oneof that google-gax needs', () => {
    expect(rawOperationFrom({ name: 'a', done: true, error: { code: 9, message: 'no' } }).error).toEqual({
      code: 9,
      message: 'no',
      details: [],
    });
  });

  test('keeps the details of an error, whatever their form', () => {
    const { typeUrl: type_url, value } = packed;
    const stored = JSON.parse(JSON.stringify({ type_url, value: Buffer.from(value!) })) as unknown;
    const base64 = { type_url, value: Buffer.from(value!).toString('base64') };
    const error = { code: 9, message: '', details: [{ type_url, value }, stored, base64, info, null] };
    expect(rawOperationFrom({ name: 'a', done: true, error }).error?.details).toEqual([info, info, info, info]);
  });

  test('reads invalid values as an empty operation', () => {
    const nothing = { name: '', done: false, metadata: undefined, response: undefined, error: undefined };
    expect(rawOperationFrom(undefined)).toEqual(nothing);
    expect(rawOperationFrom({ name: 1, done: 'true', metadata: 'x', response: {}, error: null })).toEqual(nothing);
  });
});
