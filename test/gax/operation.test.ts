import { describe, expect, test } from '@jest/globals';
import { rawOperationFrom } from '../../src/gax/operation.js';
import { Code } from '../../src/status.js';
import { operationFromJson } from '../../src/wire/json.js';
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

  test.each([
    ['a Uint8Array that was JSON', JSON.parse(JSON.stringify(new Uint8Array([10, 1, 65])))],
    ['a Buffer that was JSON', JSON.parse(JSON.stringify(Buffer.from([10, 1, 65])))],
    ['an array', [10, 1, 65]],
    ['base64', 'CgFB'],
    ['an ArrayBuffer', new Uint8Array([10, 1, 65]).buffer],
  ])('reads the bytes of a response that are %s', (_, value: unknown) => {
    const { response } = rawOperationFrom({ name: 'a', done: true, response: { type_url: 'x/T', value } });
    expect(response).toEqual({ typeUrl: 'x/T', value: new Uint8Array([10, 1, 65]) });
  });

  test.each([['no base64!'], [7], [{ secret: 'x' }], [[1, 'x']]])(
    'never takes a response without readable bytes, %j, for an empty one',
    (value: unknown) => {
      const read = () => rawOperationFrom({ name: 'a', done: true, response: { type_url: 'x/T', value } });
      expect(read).toThrow("Malformed operation 'a': its response is not a google.protobuf.Any");
    },
  );

  test.each<[object]>([[{ errors: [{ message: 'no' }] }], [{ reason: 'no' }]])(
    'reports an error of another form, %j, as a failure',
    (error) => {
      expect(rawOperationFrom({ name: 'a', done: true, error }).error?.code).toBe(Code.UNKNOWN);
      expect(operationFromJson({ name: 'a', done: true, error: error as never }).error?.code).toBe(Code.UNKNOWN);
    },
  );

  test('reads invalid values as an empty operation', () => {
    const nothing = { name: '', done: false, metadata: undefined, response: undefined, error: undefined };
    expect(rawOperationFrom(undefined)).toEqual(nothing);
    expect(rawOperationFrom({ name: 1, done: 'true', metadata: 'x', response: {}, error: null })).toEqual(nothing);
  });
});
