import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../src/any.js';
import type { Code } from '../../src/status.js';
import {
  anyFromJson,
  anyToJson,
  listResponseFromJson,
  listResponseToJson,
  operationFromJson,
  operationToJson,
  statusFromJson,
  statusToJson,
} from '../../src/wire/json.js';
import { details, text } from '../support/arbitraries.js';
import { fc } from '../support/fast-check.js';

// As JSON.parse() returns it, without -0.
const json = fc.json().map((given) => JSON.parse(given) as JsonValue);
const any = fc
  .record({ typeUrl: text, fields: fc.dictionary(text, json, { maxKeys: 3 }) })
  .map(({ typeUrl, fields }) => ({ typeUrl, json: { ...fields, '@type': typeUrl } }));
const status = fc.record({
  code: fc.integer({ min: 0, max: 16 }) as fc.Arbitrary<Code>,
  message: text,
  details: fc.array(
    fc.oneof(
      any,
      details.map(({ detail }) => detail),
    ),
    { maxLength: 3 },
  ),
});
const operation = fc
  .record({ name: text, done: fc.boolean(), metadata: fc.option(any), error: fc.option(status), response: any })
  .map(({ name, done, metadata, error, response }) => ({
    name,
    done,
    ...(metadata !== null && { metadata }),
    ...(error === null ? { response } : { error }),
  }))
  // An error alone is not an operation.
  .filter((given) => given.done || given.name !== '' || 'metadata' in given || !('error' in given));
const throughText = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value));

describe('operations in JSON', () => {
  it('operationFromJson() inverts operationToJson()', () => {
    fc.assert(
      fc.property(operation, (given) => expect(operationFromJson(throughText(operationToJson(given)))).toEqual(given)),
    );
  });

  it('operationFromJson() decodes a response of the Spanner emulator', () => {
    const metadata = {
      '@type': 'type.googleapis.com/google.spanner.admin.database.v1.UpdateDatabaseDdlMetadata',
      database: 'd',
    };
    const message = 'Found uniqueness violation on index UV,  duplicate key: {Int64(7)}';
    expect(operationFromJson({ name: 'operations/bf_op', metadata, done: true, error: { code: 9, message } })).toEqual({
      name: 'operations/bf_op',
      done: true,
      metadata: { typeUrl: metadata['@type'], json: metadata },
      error: { code: 9, message, details: [] },
    });
  });

  it('operationFromJson() treats null and missing fields as unset, and ignores unknown fields', () => {
    expect(
      operationFromJson({ metadata: null, response: null, error: null, name: null, done: null, extra: 1 }),
    ).toEqual({
      name: '',
      done: false,
    });
    expect(operationFromJson({})).toEqual({ name: '', done: false });
  });

  it.each(['true', 1, {}, 'DONE'])('operationFromJson() treats done: %j as running', (done) =>
    expect(operationFromJson({ done }).done).toBe(false),
  );

  it.each([undefined, null, 'x', 5, [], [{}]])('operationFromJson() rejects %j', (value) =>
    expect(() => operationFromJson(value)).toThrow(expect.objectContaining({ code: 'LRO_MALFORMED_OPERATION' })),
  );

  it('operationFromJson() throws only MalformedOperationErrors', () => {
    const fields = fc.dictionary(fc.constantFrom('name', 'done', 'metadata', 'response', 'error'), json);
    const value = fc.oneof(json, fields);
    fc.assert(
      fc.property(value, (given) => {
        try {
          operationFromJson(given);
        } catch (error) {
          expect(error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('operationFromJson() does not pollute a prototype', () => {
    const given = operationFromJson(
      JSON.parse('{"__proto__":{"done":true,"polluted":1},"metadata":{"__proto__":{"polluted":1}}}'),
    );
    expect(given.done).toBe(false);
    expect(Object.getPrototypeOf(given)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((given.metadata!.json as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.stringify(operationToJson(given))).toBe('{"metadata":{"__proto__":{"polluted":1}}}');
  });
});

describe('lists in JSON', () => {
  it('listResponseFromJson() inverts listResponseToJson()', () => {
    const response = fc.record({
      operations: fc.array(operation, { maxLength: 3 }),
      nextPageToken: text,
      unreachable: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(response, (given) => {
        expect(listResponseFromJson(throughText(listResponseToJson(given)))).toEqual(given);
      }),
    );
  });

  it('listResponseFromJson() accepts snake_case, an empty object and null', () => {
    expect(listResponseFromJson({ next_page_token: 't', unreachable: ['a', 5] })).toEqual({
      operations: [],
      nextPageToken: 't',
      unreachable: ['a'],
    });
    expect(listResponseFromJson({ operations: null })).toEqual({ operations: [], nextPageToken: '', unreachable: [] });
    expect(() => listResponseFromJson([])).toThrow('not a JSON object');
    expect(() => listResponseFromJson({ operations: ['x'] })).toThrow('not a JSON object');
  });
});

describe('Any in JSON', () => {
  it('anyFromJson() keeps the complete object', () => {
    const value = { '@type': 'x/a.B', field: 1 };
    expect(anyFromJson(value)).toEqual({ typeUrl: 'x/a.B', json: value });
    expect(anyFromJson({})).toEqual({ typeUrl: '', json: {} });
    for (const nothing of [null, undefined, 5, 'x', []]) expect(anyFromJson(nothing)).toBeUndefined();
  });

  it('anyToJson() adds a type that is missing in the JSON', () => {
    expect(anyToJson({ typeUrl: 'x/a.B', json: { field: 1 } })).toEqual({ '@type': 'x/a.B', field: 1 });
    expect(anyToJson({ typeUrl: 'x/google.protobuf.Duration', json: '1s' })).toEqual({
      '@type': 'x/google.protobuf.Duration',
      value: '1s',
    });
  });

  it('anyToJson() encodes an Empty, and rejects the bytes of other types', () => {
    const typeUrl = 'type.googleapis.com/google.protobuf.Empty';
    expect(anyToJson({ typeUrl, value: new Uint8Array() })).toEqual({ '@type': typeUrl, value: {} });
    expect(anyToJson({ typeUrl: '' })).toEqual({});
    expect(() => anyToJson({ typeUrl: 'x/a.B', value: new Uint8Array() })).toThrow(
      new TypeError(
        "Cannot write an Any of type 'x/a.B' as JSON as 'json' must be present: current value is undefined",
      ),
    );
  });
});

describe('statuses in JSON', () => {
  it('statusFromJson() inverts statusToJson()', () => {
    fc.assert(fc.property(status, (given) => expect(statusFromJson(throughText(statusToJson(given)))).toEqual(given)));
  });

  it('statusFromJson() converts any value to a status', () => {
    expect(statusFromJson({})).toEqual({ code: 0, message: '', details: [] });
    expect(statusFromJson({ code: 99, details: [null, 5] })).toEqual({ code: 2, message: '', details: [] });
    expect(statusFromJson({ code: '5' })).toMatchObject({ code: 5 });
    expect(statusFromJson('boom')).toEqual({ code: 2, message: 'boom', details: [] });
    expect(statusFromJson(null)).toEqual({ code: 2, message: '', details: [] });
  });
});
