import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { parseOperation, type RawOperation } from 'longrunning/wire';
import { text } from '../support/arbitraries.js';
import { fc } from '../support/fast-check.js';

// The independent reference: the protobufjs classes of google-gax.
const { google } = gax.operationsProtos;
const reference = google.longrunning.Operation;

const encode = (operation: Parameters<typeof reference.encode>[0]): Uint8Array => reference.encode(operation).finish();
const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);
const typeUrl = 'type.googleapis.com/test.Thing';
const message = {
  name: 'operations/1',
  metadata: { '@type': typeUrl, progressPercent: 40 },
  done: true,
  response: { '@type': typeUrl, ok: true, text: 'ä € 🎉' },
};
const parsed: RawOperation = {
  name: 'operations/1',
  done: true,
  metadata: { typeUrl, json: message.metadata },
  response: { typeUrl, json: message.response },
};
const malformed = expect.objectContaining({ code: 'LRO_MALFORMED_OPERATION' });
const failing = (source: unknown) => () => parseOperation(source as string);

describe('parseOperation()', () => {
  it('decodes proto3 JSON: an object, a string, the bytes of a string, a Buffer', () => {
    const json = JSON.stringify(message);
    for (const source of [message, json, utf8(json), Buffer.from(json), JSON.stringify(message, null, 2)]) {
      expect(parseOperation(source)).toEqual(parsed);
    }
  });

  it('decodes JSON in the middle of a buffer', () => {
    const json = utf8(JSON.stringify(message));
    const around = new Uint8Array(json.length + 20).fill(0x7b);
    around.set(json, 10);
    expect(parseOperation(around.subarray(10, 10 + json.length))).toEqual(parsed);
  });

  it('decodes an error with its details', () => {
    const detail = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'NO_LUCK',
      domain: 'test',
      metadata: { a: 'b' },
    };
    const error = { code: 9, message: 'no luck', details: [detail] };
    expect(parseOperation({ name: 'operations/1', done: true, error })).toEqual({
      name: 'operations/1',
      done: true,
      error,
    });
  });

  it('decodes the wire format of protobufjs: bytes, a Buffer, a part of a larger buffer', () => {
    const given = {
      name: 'operations/1',
      metadata: { type_url: typeUrl, value: new Uint8Array([8, 40]) },
      done: true,
      response: { type_url: typeUrl, value: new Uint8Array([8, 1]) },
    };
    const bytes = encode(given);
    const expected = {
      name: 'operations/1',
      done: true,
      metadata: { typeUrl, value: new Uint8Array([8, 40]) },
      response: { typeUrl, value: new Uint8Array([8, 1]) },
    };
    const around = new Uint8Array(bytes.length + 9).fill(0x7b);
    around.set(bytes, 5);
    for (const source of [bytes, Buffer.from(bytes), around.subarray(5, 5 + bytes.length)]) {
      const { metadata, response, ...rest } = parseOperation(source);
      expect({
        ...rest,
        metadata: { typeUrl: metadata?.typeUrl, value: new Uint8Array(metadata?.value ?? []) },
        response: { typeUrl: response?.typeUrl, value: new Uint8Array(response?.value ?? []) },
      }).toEqual(expected);
    }
  });

  it('decodes any operation that protobufjs encodes like protobufjs', () => {
    const any = fc.record({ type_url: text, value: fc.uint8Array({ maxLength: 60 }) });
    const status = fc.record({ code: fc.integer({ min: 0, max: 16 }), message: text });
    const operation = fc.record(
      { name: text, done: fc.boolean(), metadata: any, result: fc.oneof(any, status) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(operation, ({ result, ...rest }) => {
        const bytes = encode({
          ...rest,
          ...(result && ('code' in result ? { error: result } : { response: result })),
        });
        const back = reference.decode(bytes);
        const read = parseOperation(bytes);
        expect(read).toMatchObject({ name: back.name, done: back.done });
        for (const field of ['metadata', 'response'] as const) {
          const [mine, theirs] = [read[field], back[field]];
          expect(mine?.typeUrl).toBe(theirs?.type_url ?? undefined);
          if (theirs) expect(Buffer.from(mine?.value ?? [])).toEqual(Buffer.from(theirs.value as Uint8Array));
        }
        expect(read.error?.code).toBe(back.error?.code ?? undefined);
        expect(read.error?.message).toBe(back.error?.message ?? undefined);
      }),
    );
  });

  it('does not mistake the length 123 of a name for the brace that starts JSON', () => {
    for (const length of [122, 123, 124]) {
      for (const first of ['o', '{', '"']) {
        const name = `${first}perations/${'x'.repeat(length)}`.slice(0, length);
        const bytes = encode({ name, done: true });
        if (length === 123) expect(bytes[1]).toBe('{'.charCodeAt(0));
        expect(parseOperation(bytes)).toEqual({ name, done: true });
      }
    }
  });

  it('decodes an operation with default values only: no bytes, no fields', () => {
    for (const source of [new Uint8Array(), Buffer.alloc(0), {}, '{}']) {
      expect(parseOperation(source)).toEqual({ name: '', done: false });
    }
  });

  it.each<[string, object, string]>([
    ['a promise', Promise.resolve({ name: 'a' }), 'it is a promise, which must be awaited'],
    ['a promise that rejects', Promise.reject(new Error('not handled')), 'it is a promise, which must be awaited'],
    ['a Map', new Map([['name', 'a']]), 'it is of the class Map, and has no fields'],
    ['a Response', new Response('{"name":"a"}'), 'it is of the class Response, and has no fields'],
    ['an error', new Error('no message'), 'it is of the class Error, and has no fields'],
  ])('refuses %s, whose content is not in fields', (_, source, problem) => {
    expect(() => parseOperation(source)).toThrow(`Malformed operation '': ${problem}`);
  });

  it('reads shared bytes, an empty object and one of a class', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set([10, 1, 97]);
    expect(parseOperation(shared.buffer)).toMatchObject({ name: 'a' });
    expect(parseOperation({})).toEqual({ name: '', done: false });
    expect(parseOperation(Object.create(null) as object)).toEqual({ name: '', done: false });
    class Operation {
      readonly name = 'a';
    }
    expect(parseOperation(new Operation())).toMatchObject({ name: 'a' });
  });

  it('treats only true as done', () => {
    for (const done of ['true', 1, null, {}, undefined]) {
      expect(parseOperation({ name: 'operations/1', done }).done).toBe(false);
    }
  });

  it.each<[string, unknown]>([
    ['no text of JSON', 'operations/1'],
    ['an empty text', ''],
    ['half a text', '{"name": "operations/1"'],
    ['a text of something else', '[1, 2]'],
    ['a text of null', 'null'],
    ['a text of a number', '42'],
    ['a list', []],
    ['null', null],
    ['undefined', undefined],
    ['a number', 42],
    ['bytes of half a JSON text', utf8('{"name": "operations/1"')],
    ['bytes of some text', utf8('operations/1')],
    ['half a message', encode({ name: 'operations/1', done: true }).subarray(0, 6)],
    ['bytes that are no message', new Uint8Array([0xff, 0xff, 0xff])],
    ['a DataView', new DataView(new ArrayBuffer(4))],
  ])('throws a MalformedOperationError for %s', (_, source) => {
    expect(failing(source)).toThrow(malformed);
  });

  it('throws no other error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string().map(utf8), fc.json().map(utf8)), (bytes) => {
        try {
          const { name, done } = parseOperation(bytes);
          expect([typeof name, typeof done]).toEqual(['string', 'boolean']);
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not pollute a prototype', () => {
    const source =
      '{"name":"operations/1","done":true,"response":{"@type":"x/y","__proto__":{"polluted":1}},"__proto__":{"polluted":1}}';
    for (const given of [source, utf8(source)]) {
      const operation = parseOperation(given);
      expect((operation as unknown as { polluted?: number }).polluted).toBeUndefined();
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
      expect(operation).toMatchObject({ name: 'operations/1', done: true });
    }
  });
});
