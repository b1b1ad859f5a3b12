import { create, type DescMessage, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import {
  anyPack,
  DurationSchema,
  EmptySchema,
  Int64ValueSchema,
  NullValue,
  StructSchema,
  TimestampSchema,
  type Any,
} from '@bufbuild/protobuf/wkt';
import { ChildSchema, Color, RowSchema } from '../fixtures/protos/protobuf-es/fidelity_pb.js';
import type { JsonValue } from '../../src/index.js';

/**
 * How a library decodes a row: to the `same` message that was sent, to `another` message without an error, or with an
 * error that matches.
 */
export type Outcome = 'same' | 'another' | RegExp;

/** A message, for protobuf-es and as JSON. */
export interface Row {
  readonly row: string;
  readonly message: MessageInitShape<typeof RowSchema>;
  readonly json: Readonly<Record<string, JsonValue>>;
  /** How protobufjs's static classes decode the JSON; `same` by default. */
  readonly static?: Outcome;
  /** How ts-proto's objects decode the JSON; `same` by default. */
  readonly tsProto?: Outcome;
  /** How ts-proto's objects decode the bytes; `same` by default. */
  readonly tsProtoBytes?: Outcome;
  /** protobufjs decodes it, but encodes another message: maps whose keys are not strings. */
  readonly protobufjsWritesOther?: true;
}

const child = create(ChildSchema, { name: 'c', size: 5n });
const url = 'type.googleapis.com';
const pack = <Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): Any => anyPack(schema, message);
const unknownColor = (number: number): never => number as never;

export const rows: readonly Row[] = [
  {
    row: '64-bit integers',
    message: { i64: -(2n ** 63n), u64: 2n ** 64n - 1n, s64: -1n, f64: 2n ** 63n, numbers: [1n, -(2n ** 53n) - 1n] },
    json: {
      i64: '-9223372036854775808',
      u64: '18446744073709551615',
      s64: '-1',
      f64: '9223372036854775808',
      numbers: ['1', '-9007199254740993'],
    },
  },
  {
    row: '64-bit integers as JSON numbers',
    message: { i64: 7n, numbers: [1n, -2n] },
    json: { i64: 7, numbers: [1, -2] },
  },
  {
    row: 'strings that read like defaults of other types',
    message: { text: '0', choice: { case: 'name', value: '0' }, maybeText: '0' },
    json: { text: '0', name: '0', maybeText: '0' },
  },
  {
    row: '32-bit integers, booleans and strings',
    message: { i32: -(2 ** 31), u32: 2 ** 32 - 1, flag: true, text: 'ü\u0000😀' },
    json: { i32: -2147483648, u32: 4294967295, flag: true, text: 'ü\u0000😀' },
  },
  { row: 'numbers', message: { ratio: 0.1, single: 0.5 }, json: { ratio: 0.1, single: 0.5 } },
  {
    row: 'numbers that JSON have none for',
    message: { ratio: NaN, single: -Infinity },
    json: { ratio: 'NaN', single: '-Infinity' },
  },
  { row: 'a float that is not exact in JSON', message: { single: Math.fround(0.1) }, json: { single: 0.1 } },
  { row: 'bytes', message: { data: Uint8Array.of(0, 255, 254, 62) }, json: { data: 'AP/+Pg==' } },
  {
    row: 'bytes in the URL-safe alphabet',
    message: { data: Uint8Array.of(0, 255, 254, 62) },
    json: { data: 'AP_-Pg' },
    static: /invalid encoding/,
  },
  {
    row: 'enums by name',
    message: { color: Color.RED, colors: [Color.GREEN, Color.RED] },
    json: { color: 'RED', colors: ['GREEN', 'RED'] },
  },
  {
    row: 'enums by number',
    message: { color: Color.RED, colors: [Color.GREEN, Color.RED] },
    json: { color: 1, colors: [2, 1] },
  },
  {
    row: 'enums by a number that is not known',
    message: { color: unknownColor(99), colors: [Color.RED, unknownColor(-1)], palette: { x: unknownColor(98) } },
    json: { color: 99, colors: [1, -1], palette: { x: 98 } },
    tsProto: 'another',
  },
  {
    row: 'maps',
    message: { counts: { a: 1n, '': 2n ** 60n }, palette: { rose: Color.RED } },
    json: { counts: { a: '1', '': '1152921504606846976' }, palette: { rose: 'RED' } },
  },
  {
    row: 'maps with 64-bit keys',
    protobufjsWritesOther: true,
    message: { byId: { '-9007199254740993': 'x', '3': 'y' } },
    json: { byId: { '-9007199254740993': 'x', '3': 'y' } },
    static: 'another',
  },
  {
    row: 'maps with boolean keys',
    protobufjsWritesOther: true,
    message: { byFlag: { true: child, false: { name: 'd' } } },
    json: { byFlag: { true: { name: 'c', size: '5' }, false: { name: 'd' } } },
    tsProto: 'another',
  },
  { row: 'a oneof with a string', message: { choice: { case: 'name', value: 'n' } }, json: { name: 'n' } },
  { row: 'a oneof with a default', message: { choice: { case: 'number', value: 0n } }, json: { number: '0' } },
  {
    row: 'a oneof with a message',
    message: { choice: { case: 'child', value: child } },
    json: { child: { name: 'c', size: '5' } },
  },
  {
    row: 'a Timestamp',
    message: { at: { seconds: 1_767_225_600n, nanos: 123_000_000 } },
    json: { at: '2026-01-01T00:00:00.123Z' },
    static: /object expected/,
  },
  {
    row: 'a Timestamp to the nanosecond',
    message: { at: { seconds: 1_767_225_600n, nanos: 123_456_789 } },
    json: { at: '2026-01-01T00:00:00.123456789Z' },
    static: /object expected/,
    tsProto: 'another',
    tsProtoBytes: 'another',
  },
  {
    row: 'a Timestamp before 1970, with an offset',
    message: { at: { seconds: -7_201n, nanos: 500_000_000 } },
    json: { at: '1970-01-01T00:59:59.5+03:00' },
    static: /object expected/,
    tsProto: 'another',
    tsProtoBytes: 'another',
  },
  {
    row: 'a Duration',
    message: { took: { seconds: 315_575_999_999n, nanos: 999_999_999 } },
    json: { took: '315575999999.999999999s' },
    static: /object expected/,
    tsProto: /cannot read a google.protobuf.Duration from JSON/,
  },
  {
    row: 'a negative Duration',
    message: { took: { seconds: 0n, nanos: -500_000_000 } },
    json: { took: '-0.5s' },
    static: /object expected/,
    tsProto: /cannot read a google.protobuf.Duration from JSON/,
  },
  {
    row: 'a FieldMask',
    message: { mask: { paths: ['display_name', 'labels.foo_bar'] } },
    json: { mask: 'displayName,labels.fooBar' },
    static: /object expected/,
    tsProto: 'another',
  },
  {
    row: 'an empty FieldMask',
    message: { mask: {} },
    json: { mask: '' },
    static: /object expected/,
  },
  {
    row: 'a Struct',
    message: { struct: { a: null, b: [1, 'x', true, {}], c: { d: -0.5 } } },
    json: { struct: { a: null, b: [1, 'x', true, {}], c: { d: -0.5 } } },
    static: /cannot read a google.protobuf.Struct from JSON/,
  },
  {
    row: 'a Value and a ListValue',
    message: {
      value: { kind: { case: 'stringValue', value: 'v' } },
      list: { values: [{ kind: { case: 'boolValue', value: false } }] },
    },
    json: { value: 'v', list: [false] },
    static: /object expected/,
  },
  {
    row: 'a Value that is null',
    message: { value: { kind: { case: 'nullValue', value: NullValue.NULL_VALUE } } },
    json: { value: null },
    static: 'another',
    tsProto: 'another',
  },
  {
    row: 'wrappers',
    message: {
      doubleValue: NaN,
      int64Value: 2n ** 62n,
      uint64Value: 2n ** 63n,
      int32Value: -1,
      boolValue: true,
      stringValue: 's',
    },
    json: {
      doubleValue: 'NaN',
      int64Value: '4611686018427387904',
      uint64Value: '9223372036854775808',
      int32Value: -1,
      boolValue: true,
      stringValue: 's',
    },
    static: /object expected/,
  },
  {
    row: 'wrappers of defaults',
    message: { int64Value: 0n, boolValue: false, stringValue: '' },
    json: { int64Value: '0', boolValue: false, stringValue: '' },
    static: /object expected/,
  },
  {
    row: 'wrapped bytes',
    message: { bytesValue: Uint8Array.of(1, 2) },
    json: { bytesValue: 'AQI=' },
    static: /object expected/,
    tsProto: 'another',
  },
  {
    row: 'an Any',
    message: { any: pack(ChildSchema, child) },
    json: { any: { '@type': `${url}/test.fidelity.Child`, name: 'c', size: '5' } },
    static: /cannot read a google.protobuf.Any from JSON/,
    tsProto: /cannot read a google.protobuf.Any from JSON/,
  },
  {
    row: 'Anys of types with a special JSON form',
    message: {
      anys: [
        pack(DurationSchema, create(DurationSchema, { seconds: 3n })),
        pack(TimestampSchema, create(TimestampSchema, { nanos: 1 })),
        pack(Int64ValueSchema, create(Int64ValueSchema, { value: 7n })),
        pack(EmptySchema, create(EmptySchema)),
        pack(StructSchema, create(StructSchema, { fields: { a: { kind: { case: 'numberValue', value: 1 } } } })),
      ],
    },
    json: {
      anys: [
        { '@type': `${url}/google.protobuf.Duration`, value: '3s' },
        { '@type': `${url}/google.protobuf.Timestamp`, value: '1970-01-01T00:00:00.000000001Z' },
        { '@type': `${url}/google.protobuf.Int64Value`, value: '7' },
        { '@type': `${url}/google.protobuf.Empty`, value: {} },
        { '@type': `${url}/google.protobuf.Struct`, value: { a: 1 } },
      ],
    },
    static: /invalid encoding/,
    tsProto: /must be of type string/,
  },
  {
    row: 'an Any in an Any',
    message: { any: pack(RowSchema, create(RowSchema, { any: pack(ChildSchema, child) })) },
    json: {
      any: {
        '@type': `${url}/test.fidelity.Row`,
        any: { '@type': `${url}/test.fidelity.Child`, name: 'c', size: '5' },
      },
    },
    static: /cannot read a google.protobuf.Any from JSON/,
    tsProto: /cannot read a google.protobuf.Any from JSON/,
  },
  {
    row: 'optional fields set to their defaults',
    message: { maybeNumber: 0n, maybeText: '', maybeColor: Color.COLOR_UNSPECIFIED },
    json: { maybeNumber: '0', maybeText: '', maybeColor: 'COLOR_UNSPECIFIED' },
  },
  {
    row: 'defaults that are written out',
    message: {},
    json: { i64: '0', i32: 0, text: '', flag: false, data: '', color: 'COLOR_UNSPECIFIED', colors: [], counts: {} },
  },
  {
    row: 'null for unset fields',
    message: {},
    json: {
      i64: null,
      text: null,
      colors: null,
      counts: null,
      at: null,
      nested: null,
      maybeText: null,
      int64Value: null,
    },
  },
  {
    row: 'names as in the proto, and other names',
    message: { maybeNumber: 1n, counts: { a: 2n }, renamed: 'r', aBC: 'a', foo1bar: 'f' },
    json: { maybe_number: '1', counts: { a: '2' }, anotherName: 'r', aBC: 'a', foo1bar: 'f' },
    static: 'another',
  },
  {
    row: 'messages in messages',
    message: { nested: { nested: { text: 'deep', took: { seconds: 1n } } }, empty: {} },
    json: { nested: { nested: { text: 'deep', took: '1s' } }, empty: {} },
    static: /object expected/,
    tsProto: /cannot read a google.protobuf.Duration from JSON/,
  },
];
