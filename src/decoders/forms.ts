import type { Any, JsonValue } from '../any.js';
import { isObject, readDuration } from '../wire/details.js';
import { lengthDelimitedTag, Reader } from '../wire/protobuf.js';
import { defaultJson, unwrapAnyJson } from './message-json.js';
import {
  booleanFromJson,
  bytesFromJson,
  bytesToJson,
  integerFromJson,
  throwTypeMismatch,
  numberFromJson,
  numberToJson,
  stringFromJson,
} from './scalars.js';
import { readList, readStruct, readValue } from './struct.js';
import { durationNanosFromJson, durationNanosToJson, timestampFromJson, timestampToJson } from './times.js';

/** How a well-known type is read, both ways to the same value. */
export interface WellKnownCodec<T> {
  fromBytes(reader: Reader): T;
  fromJson(json: JsonValue): T;
  toJson(value: T): JsonValue;
}

/** Reads what came, bytes where there are both; the default instance where nothing did. */
export function decodeWellKnown<T>(form: WellKnownCodec<T>, typeName: string, any: Any | undefined): T {
  if (any === undefined) return form.fromJson(defaultJson(typeName));
  if (any.value === undefined && any.json !== undefined) return form.fromJson(unwrapAnyJson(any));
  return form.fromBytes(new Reader(any.value ?? new Uint8Array()));
}

const identity = <T extends JsonValue>(value: T): T => value;

export const struct: WellKnownCodec<Record<string, JsonValue>> = {
  fromBytes: readStruct,
  fromJson: (json) => (isObject(json) ? json : throwTypeMismatch('a Struct', json)),
  toJson: identity,
};

export const value: WellKnownCodec<JsonValue> = { fromBytes: readValue, fromJson: identity, toJson: identity };

export const listValue: WellKnownCodec<JsonValue[]> = {
  fromBytes: readList,
  fromJson: (json) => (Array.isArray(json) ? json : throwTypeMismatch('a ListValue', json)),
  toJson: identity,
};

export const timestamp: WellKnownCodec<string> = {
  // Its fields are those of a Duration.
  fromBytes: (reader) => timestampToJson(readDuration(reader)),
  fromJson: (json) => timestampToJson(timestampFromJson(json)),
  toJson: identity,
};

export const duration: WellKnownCodec<string> = {
  fromBytes: (reader) => durationNanosToJson(readDuration(reader)),
  fromJson: (json) => durationNanosToJson(durationNanosFromJson(json)),
  toJson: identity,
};

export const fieldMask: WellKnownCodec<string[]> = {
  fromBytes(reader) {
    const paths: string[] = [];
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === lengthDelimitedTag(1)) paths.push(reader.string());
      else reader.skip(tag);
    }
    return paths;
  },
  fromJson(json) {
    if (typeof json !== 'string') return throwTypeMismatch('a FieldMask', json);
    const paths = json === '' ? [] : json.split(',');
    return paths.map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  },
  toJson: (paths) => paths.map((path) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).join(),
};

/** A message whose only field is number 1, of its default value where it is not there. */
function wrapper<T>(
  defaultValue: T,
  wireType: 0 | 1 | 2 | 5,
  read: (reader: Reader) => T,
  fromJson: (json: JsonValue) => T,
  toJson: (value: T) => JsonValue,
): WellKnownCodec<T> {
  const fromBytes = (reader: Reader): T => {
    let value = defaultValue;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === (8 | wireType)) value = read(reader);
      else reader.skip(tag);
    }
    return value;
  };
  return { fromBytes, fromJson, toJson };
}

type Wrap = (bits: number, value: bigint) => bigint;
const signed: Wrap = (bits, value) => BigInt.asIntN(bits, value);
const unsigned: Wrap = (bits, value) => BigInt.asUintN(bits, value);

const int32 = (wrap: Wrap): WellKnownCodec<number> =>
  wrapper(
    0,
    0,
    (reader) => Number(wrap(32, reader.int64())),
    (json) => Number(integerFromJson(json, 32, wrap === signed)),
    identity,
  );

const int64 = (wrap: Wrap): WellKnownCodec<bigint> =>
  wrapper(
    0n,
    0,
    (reader) => wrap(64, reader.int64()),
    (json) => integerFromJson(json, 64, wrap === signed),
    String,
  );

export const doubleValue = wrapper(0, 1, (reader) => reader.double(), numberFromJson, numberToJson);
export const floatValue = wrapper(
  0,
  5,
  (reader) => reader.float(),
  (json) => Math.fround(numberFromJson(json)),
  numberToJson,
);
export const int64Value = int64(signed);
export const uint64Value = int64(unsigned);
export const int32Value = int32(signed);
export const uint32Value = int32(unsigned);
export const boolValue = wrapper<boolean>(false, 0, (reader) => reader.varint() !== 0, booleanFromJson, identity);
export const stringValue = wrapper('', 2, (reader) => reader.string(), stringFromJson, identity);
export const bytesValue = wrapper(
  new Uint8Array(),
  2,
  (reader) => Uint8Array.from(reader.bytes()),
  bytesFromJson,
  bytesToJson,
);

const codecs: Readonly<Record<string, WellKnownCodec<unknown>>> = {
  Struct: struct,
  Value: value,
  ListValue: listValue,
  Timestamp: timestamp,
  Duration: duration,
  FieldMask: fieldMask,
  DoubleValue: doubleValue,
  FloatValue: floatValue,
  Int64Value: int64Value,
  UInt64Value: uint64Value,
  Int32Value: int32Value,
  UInt32Value: uint32Value,
  BoolValue: boolValue,
  StringValue: stringValue,
  BytesValue: bytesValue,
  Empty: { fromBytes: () => undefined, fromJson: () => undefined, toJson: () => ({}) },
};

/** The JSON of a message of a well-known type, whichever way it came; undefined for any other type. */
export function wellKnownJson(typeName: string, any: Any | undefined): JsonValue | undefined {
  const [, name = ''] = /^google\.protobuf\.(\w+)$/.exec(typeName) ?? [];
  const form = Object.hasOwn(codecs, name) ? codecs[name] : undefined;
  return form?.toJson(decodeWellKnown(form, typeName, any));
}
