import type { Any, JsonValue } from '../any.js';
import { readDuration } from '../wire/duration.js';
import { isObject } from '../wire/json-object.js';
import { lengthDelimitedTag, Reader, tagOf, type WireType } from '../wire/protobuf.js';
import { defaultJson, unwrapAnyJson } from './message-json.js';
import {
  booleanFromJson,
  bytesFromJson,
  bytesToJson,
  integerFromJson,
  numberFromJson,
  numberToJson,
  stringFromJson,
  throwTypeMismatch,
} from './scalars.js';
import { readList, readStruct, readValue } from './struct.js';
import { durationNanosFromJson, durationNanosToJson, timestampFromJson, timestampToJson } from './times.js';

/** Decodes a well-known type from bytes and from JSON, to the same value, and encodes that value as JSON. */
export interface WellKnownCodec<T> {
  fromBytes(reader: Reader): T;
  fromJson(json: JsonValue): T;
  toJson(value: T): JsonValue;
}

/** Decodes a message from its bytes, or from JSON if there are none. A message that was not sent is the default. */
export function decodeWellKnown<T>(codec: WellKnownCodec<T>, typeName: string, any: Any | undefined): T {
  if (any === undefined) return codec.fromJson(defaultJson(typeName));
  if (any.value === undefined && any.json !== undefined) return codec.fromJson(unwrapAnyJson(any));
  return codec.fromBytes(new Reader(any.value ?? new Uint8Array()));
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
  // A Timestamp has the same fields as a Duration.
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

/** A wrapper: a message whose only field is the scalar `value = 1`. */
function wrapper<T>(wrapped: {
  defaultValue: T;
  wireType: WireType;
  read: (reader: Reader) => T;
  fromJson: (json: JsonValue) => T;
  toJson: (value: T) => JsonValue;
}): WellKnownCodec<T> {
  const { defaultValue, wireType, read, fromJson, toJson } = wrapped;
  const valueTag = tagOf(1, wireType);
  const fromBytes = (reader: Reader): T => {
    let value = defaultValue;
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      if (tag === valueTag) value = read(reader);
      else reader.skip(tag);
    }
    return value;
  };
  return { fromBytes, fromJson, toJson };
}

export const doubleValue = wrapper<number>({
  defaultValue: 0,
  wireType: 'fixed64',
  read: (reader) => reader.double(),
  fromJson: numberFromJson,
  toJson: numberToJson,
});

export const floatValue = wrapper({
  defaultValue: 0,
  wireType: 'fixed32',
  read: (reader) => reader.float(),
  fromJson: (json) => Math.fround(numberFromJson(json)),
  toJson: numberToJson,
});

export const int64Value = wrapper<bigint>({
  defaultValue: 0n,
  wireType: 'varint',
  read: (reader) => reader.int64(),
  fromJson: (json) => integerFromJson(json, 64, true),
  toJson: String,
});

export const uint64Value = wrapper<bigint>({
  defaultValue: 0n,
  wireType: 'varint',
  read: (reader) => BigInt.asUintN(64, reader.int64()),
  fromJson: (json) => integerFromJson(json, 64, false),
  toJson: String,
});

export const int32Value = wrapper<number>({
  defaultValue: 0,
  wireType: 'varint',
  read: (reader) => reader.int32(),
  fromJson: (json) => Number(integerFromJson(json, 32, true)),
  toJson: identity,
});

export const uint32Value = wrapper<number>({
  defaultValue: 0,
  wireType: 'varint',
  read: (reader) => Number(BigInt.asUintN(32, reader.int64())),
  fromJson: (json) => Number(integerFromJson(json, 32, false)),
  toJson: identity,
});

export const boolValue = wrapper<boolean>({
  defaultValue: false,
  wireType: 'varint',
  read: (reader) => reader.varint() !== 0,
  fromJson: booleanFromJson,
  toJson: identity,
});

export const stringValue = wrapper<string>({
  defaultValue: '',
  wireType: 'lengthDelimited',
  read: (reader) => reader.string(),
  fromJson: stringFromJson,
  toJson: identity,
});

export const bytesValue = wrapper<Uint8Array>({
  defaultValue: new Uint8Array(),
  wireType: 'lengthDelimited',
  read: (reader) => Uint8Array.from(reader.bytes()),
  fromJson: bytesFromJson,
  toJson: bytesToJson,
});

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

/** The canonical JSON of a message of a well-known type, from bytes or JSON; undefined for any other type. */
export function wellKnownJson(typeName: string, any: Any | undefined): JsonValue | undefined {
  const [, name = ''] = /^google\.protobuf\.(\w+)$/.exec(typeName) ?? [];
  const codec = Object.hasOwn(codecs, name) ? codecs[name] : undefined;
  return codec?.toJson(decodeWellKnown(codec, typeName, any));
}
