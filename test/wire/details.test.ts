import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import type { JsonValue } from '../../src/any.js';
import type { QuotaFailure, StatusDetail } from '../../src/status.js';
import { detailFromAny, detailToAny, retryDelayMs } from '../../src/wire/details.js';
import { nanosFromJson } from '../../src/wire/duration.js';
import { details, text } from '../support/arbitraries.js';
import { fc } from '../support/fast-check.js';

// The independent reference: protobufjs with the .proto file of google-gax.
const root = new gax.GoogleProtoFilesRoot().loadSync('google/rpc/error_details.proto');
const type = (name: string): ReturnType<typeof root.lookupType> => root.lookupType(`google.rpc.${name}`);
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The JSON of a detail in the form that protobufjs accepts. */
const toReference = (json: unknown): Record<string, unknown> =>
  JSON.parse(JSON.stringify(json), (key, value: JsonValue) => {
    if (key !== 'retryDelay') return value;
    const nanos = nanosFromJson(value)!;
    return { seconds: String(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) };
  }) as Record<string, unknown>;

/** Renames the fields to their original names. Keys of maps are not fields. */
const toSnakeCase = (value: unknown, inMap = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => toSnakeCase(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      inMap || key === '@type' ? key : snake(key),
      toSnakeCase(item, key === 'metadata' || key === 'quotaDimensions'),
    ]),
  );
};

// protobufjs assigns map entries and so loses a key `__proto__`, which has a separate test below.
const hasProto = (value: unknown): boolean => JSON.stringify(value).includes('__proto__');

describe('details', () => {
  it('detailFromAny() inverts detailToAny(), from bytes and JSON', () => {
    fc.assert(
      fc.property(details, ({ detail }) => {
        const { typeUrl, value, json } = detailToAny(detail);
        expect(detailFromAny({ typeUrl, value })).toEqual(detail);
        expect(detailFromAny({ typeUrl, json })).toEqual(detail);
        expect(json).toEqual(detail);
      }),
    );
  });

  it('detailToAny() encodes details that protobufjs decodes', () => {
    fc.assert(
      fc.property(details, ({ name, detail }) => {
        fc.pre(!hasProto(detail));
        const fields = toReference(detail);
        const read = type(name).decode(detailToAny(detail).value!);
        expect(
          JSON.stringify(type(name).toObject(read, { longs: String, defaults: true, arrays: true, objects: true })),
        ).toBe(
          JSON.stringify(
            type(name).toObject(type(name).fromObject(fields), {
              longs: String,
              defaults: true,
              arrays: true,
              objects: true,
            }),
          ),
        );
      }),
    );
  });

  it('detailFromAny() decodes details that protobufjs encodes, whatever the prefix of the type URL', () => {
    fc.assert(
      fc.property(details, text, ({ name, detail }, prefix) => {
        fc.pre(!hasProto(detail));
        const fields = toReference(detail);
        const value = type(name).encode(type(name).fromObject(fields)).finish();
        expect(detailFromAny({ typeUrl: `${prefix}/google.rpc.${name}`, value })).toEqual(detail);
      }),
    );
  });

  it('detailFromAny() accepts names in snake_case', () => {
    fc.assert(
      fc.property(details, ({ detail }) => {
        const json = toSnakeCase(detail) as JsonValue;
        expect(detailFromAny({ typeUrl: detail['@type'], json })).toEqual(detail);
      }),
    );
  });

  it('detailFromAny() accepts an int64 as a number, and null for unset', () => {
    const typeUrl = 'x/google.rpc.QuotaFailure';
    const json = { '@type': typeUrl, violations: [{ subject: null, quotaValue: 7, future_quota_value: 0 }, 'junk'] };
    expect(detailFromAny({ typeUrl, json })).toEqual({
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [
        {
          subject: '',
          description: '',
          apiService: '',
          quotaMetric: '',
          quotaId: '',
          quotaDimensions: {},
          quotaValue: '7',
          futureQuotaValue: '0',
        },
      ],
    });
  });

  it('detailToAny() encodes a 0 in a field with presence', () => {
    const detail = detailFromAny({
      typeUrl: 'x/google.rpc.QuotaFailure',
      json: { violations: [{ futureQuotaValue: 0 }, {}] },
    });
    const [zero, nothing] = (detailFromAny({ ...detailToAny(detail), json: undefined }) as QuotaFailure).violations;
    expect(zero).toHaveProperty('futureQuotaValue', '0');
    expect(nothing).not.toHaveProperty('futureQuotaValue');
  });

  it.each(['9223372036854775808', '-9223372036854775809', '1.5', 1.5, '', '0x10', 1e21])(
    'detailFromAny() ignores %j, which is not an int64',
    (quotaValue) => {
      const any = { typeUrl: 'x/google.rpc.QuotaFailure', json: { violations: [{ quotaValue }] } };
      expect(detailFromAny(any)).toMatchObject({ violations: [{ quotaValue: '0' }] });
    },
  );

  it('detailFromAny() fills in missing fields', () => {
    const { detail } = { detail: detailFromAny({ typeUrl: 'x/google.rpc.ErrorInfo', value: new Uint8Array() }) };
    expect(detail).toEqual({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: '',
      domain: '',
      metadata: {},
    });
    expect(detailFromAny({ typeUrl: 'x/google.rpc.RetryInfo', json: {} })).toMatchObject({ retryDelay: '0s' });
  });

  it.each(['x/util.StatusProto', 'x/google.rpc.Status', 'x/google.rpc.constructor', 'ErrorInfo', '', 'google.rpc.'])(
    'detailFromAny() keeps an Any of type %j as it came',
    (typeUrl) => {
      const any = { typeUrl, value: Uint8Array.of(8, 1) };
      expect(detailFromAny(any)).toBe(any);
      expect(detailToAny(any)).toBe(any);
    },
  );

  it('detailFromAny() keeps an Any that cannot be decoded', () => {
    const any = { typeUrl: 'x/google.rpc.ErrorInfo', value: Uint8Array.of(10, 200, 1) };
    expect(detailFromAny(any)).toBe(any);
    const json = { typeUrl: 'x/google.rpc.ErrorInfo', json: 'junk' };
    expect(detailFromAny(json)).toBe(json);
  });

  it('detailFromAny() never throws', () => {
    const any = fc.record({
      typeUrl: details.map(({ detail }) => detail['@type'] as string),
      value: fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined }),
      json: fc.option(
        fc.oneof(
          fc.jsonValue(),
          fc.dictionary(fc.constantFrom('metadata', 'links', 'violations', 'retryDelay'), fc.jsonValue()),
        ),
        {
          nil: undefined,
        },
      ) as fc.Arbitrary<JsonValue | undefined>,
    });
    fc.assert(
      fc.property(any, (given) => void detailToAny(detailFromAny(given))),
      { numRuns: 1000 },
    );
  });

  it('detailFromAny() does not pollute a prototype with a key of a map', () => {
    const json = JSON.parse('{"metadata":{"__proto__":"a","constructor":"b"},"__proto__":{"reason":"x"}}') as JsonValue;
    const fromJson = detailFromAny({ typeUrl: 'x/google.rpc.ErrorInfo', json }) as { metadata: object; reason: string };
    const fromBytes = detailFromAny({ ...detailToAny(fromJson as StatusDetail), json: undefined }) as typeof fromJson;
    for (const { metadata, reason } of [fromJson, fromBytes]) {
      expect(Object.entries(metadata)).toEqual([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]);
      expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
      expect(reason).toBe('');
    }
    expect(({} as Record<string, unknown>).reason).toBeUndefined();
  });

  it('detailToAny() converts an unknown detail in JSON to an Any', () => {
    const detail = { '@type': 'x/a.B', field: 1 } as unknown as StatusDetail;
    expect(detailToAny(detail)).toEqual({ typeUrl: 'x/a.B', json: detail });
  });

  it('retryDelayMs() returns the delay of RetryInfo, if there is one', () => {
    const status = (retryDelay: string) => ({
      code: 14 as const,
      message: '',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay } as const],
    });
    expect(retryDelayMs(status('2.5s'))).toBe(2500);
    expect(retryDelayMs(status('0s'))).toBeUndefined();
    expect(retryDelayMs(status('-5s'))).toBeUndefined();
    expect(retryDelayMs({ code: 14, message: '', details: [] })).toBeUndefined();
  });

  it('detailFromAny() skips a field of another wire type', () => {
    const value = Uint8Array.of(8, 1, 18, 1, 100, 21, 0, 0, 0, 0); // reason: 1, domain: 'd', domain: a float
    expect(detailFromAny({ typeUrl: 'x/google.rpc.ErrorInfo', value })).toMatchObject({ reason: '', domain: 'd' });
  });

  it('detailFromAny() uses the last value of a repeated scalar, and joins maps', () => {
    const first = detailToAny({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'A',
      domain: 'd',
      metadata: { a: '1' },
    });
    const second = detailToAny({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'B',
      domain: '',
      metadata: { b: '2' },
    });
    const value = Buffer.concat([first.value!, second.value!]);
    expect(detailFromAny({ typeUrl: first.typeUrl, value })).toMatchObject({
      reason: 'B',
      domain: 'd',
      metadata: { a: '1', b: '2' },
    });
  });
});
