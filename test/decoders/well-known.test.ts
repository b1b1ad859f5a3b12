import { create, fromJson, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import * as wkt from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { durationType, timestampType, wellKnownTypes, type WellKnownTypes } from '../../src/decoders/index.js';
import type { Any, JsonValue } from '../../src/index.js';

type Name = keyof WellKnownTypes;
type Case = readonly [name: Name, bytes: Uint8Array, json: JsonValue, value: unknown];

function of<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Uint8Array {
  return toBinary(schema, create(schema, message));
}

const struct = { a: null, b: [1, 'x', true, {}, []], c: { d: -0.5 }, '': '' };
const cases: readonly Case[] = [
  ['google.protobuf.Empty', of(wkt.EmptySchema, {}), {}, undefined],
  ['google.protobuf.Struct', toBinary(wkt.StructSchema, fromJson(wkt.StructSchema, struct)), struct, struct],
  ['google.protobuf.Struct', new Uint8Array(), {}, {}],
  [
    'google.protobuf.Value',
    toBinary(wkt.ValueSchema, fromJson(wkt.ValueSchema, { a: [null] })),
    { a: [null] },
    { a: [null] },
  ],
  [
    'google.protobuf.Value',
    of(wkt.ValueSchema, { kind: { case: 'nullValue', value: wkt.NullValue.NULL_VALUE } }),
    null,
    null,
  ],
  ['google.protobuf.Value', of(wkt.ValueSchema, { kind: { case: 'boolValue', value: false } }), false, false],
  ['google.protobuf.Value', of(wkt.ValueSchema, { kind: { case: 'numberValue', value: 0 } }), 0, 0],
  [
    'google.protobuf.ListValue',
    of(wkt.ListValueSchema, { values: [{ kind: { case: 'stringValue', value: 's' } }] }),
    ['s'],
    ['s'],
  ],
  [
    'google.protobuf.Timestamp',
    of(wkt.TimestampSchema, { seconds: 1_767_225_600n }),
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z',
  ],
  [
    'google.protobuf.Timestamp',
    of(wkt.TimestampSchema, { seconds: 1n, nanos: 1 }),
    '1970-01-01T01:00:01.000000001+01:00',
    '1970-01-01T00:00:01.000000001Z',
  ],
  [
    'google.protobuf.Timestamp',
    of(wkt.TimestampSchema, { seconds: -1n, nanos: 250_000_000 }),
    '1969-12-31T23:59:59.25Z',
    '1969-12-31T23:59:59.250Z',
  ],
  [
    'google.protobuf.Timestamp',
    of(wkt.TimestampSchema, { seconds: -62_135_596_800n }),
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
  ],
  [
    'google.protobuf.Timestamp',
    of(wkt.TimestampSchema, { seconds: 253_402_300_799n, nanos: 999_999_999 }),
    '9999-12-31T23:59:59.999999999Z',
    '9999-12-31T23:59:59.999999999Z',
  ],
  ['google.protobuf.Duration', of(wkt.DurationSchema, { seconds: 3n, nanos: 1_000 }), '3.000001s', '3.000001s'],
  ['google.protobuf.Duration', of(wkt.DurationSchema, { nanos: -500_000_000 }), '-0.5s', '-0.500s'],
  [
    'google.protobuf.FieldMask',
    of(wkt.FieldMaskSchema, { paths: ['display_name', 'a.foo_bar'] }),
    'displayName,a.fooBar',
    ['display_name', 'a.foo_bar'],
  ],
  ['google.protobuf.FieldMask', new Uint8Array(), '', []],
  ['google.protobuf.DoubleValue', of(wkt.DoubleValueSchema, { value: -1e300 }), -1e300, -1e300],
  ['google.protobuf.DoubleValue', of(wkt.DoubleValueSchema, { value: NaN }), 'NaN', NaN],
  ['google.protobuf.FloatValue', of(wkt.FloatValueSchema, { value: 0.1 }), 0.1, Math.fround(0.1)],
  ['google.protobuf.FloatValue', of(wkt.FloatValueSchema, { value: -Infinity }), '-Infinity', -Infinity],
  [
    'google.protobuf.Int64Value',
    of(wkt.Int64ValueSchema, { value: -(2n ** 63n) }),
    '-9223372036854775808',
    -(2n ** 63n),
  ],
  ['google.protobuf.Int64Value', new Uint8Array(), 0, 0n],
  [
    'google.protobuf.UInt64Value',
    of(wkt.UInt64ValueSchema, { value: 2n ** 64n - 1n }),
    '18446744073709551615',
    2n ** 64n - 1n,
  ],
  ['google.protobuf.Int32Value', of(wkt.Int32ValueSchema, { value: -7 }), -7, -7],
  ['google.protobuf.UInt32Value', of(wkt.UInt32ValueSchema, { value: 2 ** 32 - 1 }), 4294967295, 2 ** 32 - 1],
  ['google.protobuf.BoolValue', of(wkt.BoolValueSchema, { value: true }), true, true],
  ['google.protobuf.StringValue', of(wkt.StringValueSchema, { value: 'ü' }), 'ü', 'ü'],
  [
    'google.protobuf.BytesValue',
    of(wkt.BytesValueSchema, { value: Uint8Array.of(0, 255) }),
    'AP8=',
    Uint8Array.of(0, 255),
  ],
];

const url = (name: string): string => `type.googleapis.com/${name}`;
const inJson = (name: string, value: JsonValue): Any => ({ typeUrl: url(name), json: { '@type': url(name), value } });

describe('wellKnownTypes', () => {
  it.each(cases)(
    'reads %s alike from bytes, from JSON in an Any, and from bare JSON',
    (name, value, json, expected) => {
      const decoder = wellKnownTypes[name];
      expect(decoder.typeName).toBe(name);
      for (const any of [{ typeUrl: url(name), value }, inJson(name, json), { typeUrl: url(name), json, value }]) {
        expect(decoder.decode(any)).toStrictEqual(expected);
      }
      expect(decoder.decode({ typeUrl: url(name), json })).toStrictEqual(expected);
    },
  );

  it('skips unknown fields', () => {
    const unknown = [0x98, 0x06, 0x01]; // field 99
    for (const [name, bytes, , expected] of cases) {
      const value = Uint8Array.of(...unknown, ...bytes, ...unknown);
      expect(wellKnownTypes[name].decode({ typeUrl: url(name), value })).toStrictEqual(expected);
    }
  });

  it('returns the default instance for a message that was not sent', () => {
    const defaults = Object.entries(wellKnownTypes).map(([name, decoder]) => [
      name.slice('google.protobuf.'.length),
      (decoder as WellKnownTypes[Name]).decode(undefined),
    ]);
    expect(Object.fromEntries(defaults)).toStrictEqual({
      Empty: undefined,
      Struct: {},
      Value: null,
      ListValue: [],
      Timestamp: '1970-01-01T00:00:00Z',
      Duration: '0s',
      FieldMask: [],
      DoubleValue: 0,
      FloatValue: 0,
      Int64Value: 0n,
      UInt64Value: 0n,
      Int32Value: 0,
      UInt32Value: 0,
      BoolValue: false,
      StringValue: '',
      BytesValue: new Uint8Array(),
    });
    for (const [name, decoder] of Object.entries(wellKnownTypes)) {
      const expected = (decoder as WellKnownTypes[Name]).decode(undefined);
      const typeUrl = url(name);
      expect((decoder as WellKnownTypes[Name]).decode({ typeUrl, json: { '@type': typeUrl } })).toStrictEqual(expected);
      expect((decoder as WellKnownTypes[Name]).decode({ typeUrl, value: new Uint8Array() })).toStrictEqual(expected);
      expect((decoder as WellKnownTypes[Name]).decode({ typeUrl })).toStrictEqual(expected);
    }
  });

  it('returns the default instance for a value that is null, which means unset', () => {
    for (const [name, decoder] of Object.entries(wellKnownTypes)) {
      expect((decoder as WellKnownTypes[Name]).decode(inJson(name, null))).toStrictEqual(
        (decoder as WellKnownTypes[Name]).decode(undefined),
      );
    }
  });

  it('returns a new default each time', () => {
    const decoder = wellKnownTypes['google.protobuf.Struct'];
    expect(decoder.decode(undefined)).not.toBe(decoder.decode(undefined));
  });

  it('decodes a Struct with the key __proto__ as an object with this key', () => {
    const json = JSON.parse('{ "__proto__": { "polluted": 1 } }') as JsonValue;
    const fields = wellKnownTypes['google.protobuf.Struct'].decode({
      typeUrl: url('google.protobuf.Struct'),
      // { fields: [{ key: '__proto__', value: { boolValue: true } }] }
      value: Uint8Array.of(10, 15, 10, 9, ...Buffer.from('__proto__'), 18, 2, 32, 1),
    });
    expect(Object.entries(fields)).toEqual([['__proto__', true]]);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(
      Object.keys(wellKnownTypes['google.protobuf.Struct'].decode(inJson('google.protobuf.Struct', json))),
    ).toEqual(['__proto__']);
  });

  it.each<[Name, JsonValue, string]>([
    ['google.protobuf.Struct', [], '[] is not a Struct'],
    ['google.protobuf.ListValue', {}, '{} is not a ListValue'],
    ['google.protobuf.Timestamp', 'yesterday', '"yesterday" is not a Timestamp'],
    ['google.protobuf.Timestamp', '2026-13-01T00:00:00Z', '"2026-13-01T00:00:00Z" is not a Timestamp'],
    [
      'google.protobuf.Timestamp',
      '0000-12-31T00:00:00Z',
      '"-62135683200000000000 ns" is not a Timestamp of the years 1 to 9999',
    ],
    ['google.protobuf.Duration', 3, '3 is not a Duration'],
    ['google.protobuf.FieldMask', ['a'], '["a"] is not a FieldMask'],
    ['google.protobuf.Int32Value', 2147483648, '2147483648 is not a int32'],
    ['google.protobuf.Int32Value', 1.5, '1.5 is not a int32'],
    ['google.protobuf.UInt32Value', -1, '-1 is not a uint32'],
    ['google.protobuf.Int64Value', '9223372036854775808', '"9223372036854775808" is not a int64'],
    ['google.protobuf.UInt64Value', 'x'.repeat(80), `"${'x'.repeat(59)}… is not a uint64`],
    ['google.protobuf.DoubleValue', 'ten', '"ten" is not a number'],
    ['google.protobuf.DoubleValue', '', '"" is not a number'],
    ['google.protobuf.BoolValue', 'true', '"true" is not a bool'],
    ['google.protobuf.StringValue', 1, '1 is not a string'],
    ['google.protobuf.BytesValue', '*', '"*" is not base64'],
  ])('refuses %s of %p', (name, json, message) => {
    expect(() => wellKnownTypes[name].decode(inJson(name, json))).toThrow(new TypeError(message));
  });

  it('rejects bytes that are not a message of the type', () => {
    const typeUrl = url('google.protobuf.Timestamp');
    expect(() => timestampType.decode({ typeUrl, value: Uint8Array.of(8) })).toThrow('truncated');
    const ages = of(wkt.DurationSchema, { seconds: 10n ** 12n });
    expect(() => timestampType.decode({ typeUrl, value: ages })).toThrow(/is not a Timestamp of the years 1 to 9999/);
    expect(() => durationType.decode({ typeUrl, value: ages })).toThrow('"1000000000000s" is not a Duration');
    expect(() => wellKnownTypes['google.protobuf.DoubleValue'].decode({ typeUrl, value: Uint8Array.of(9, 1) })).toThrow(
      'truncated',
    );
  });
});
