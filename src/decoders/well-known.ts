import type { AnyDecoder, JsonValue } from '../any.js';
import { emptyType } from '../decoders.js';
import * as codecs from './well-known-codecs.js';

// A type with an exact counterpart in JavaScript is decoded as that. A time is decoded as its JSON string, because a
// Date would lose the nanoseconds. Bytes and JSON result in the same value.

function wellKnown<T>(name: string, codec: codecs.WellKnownCodec<T>): AnyDecoder<T> {
  const typeName = `google.protobuf.${name}`;
  return { typeName, decode: (any) => codecs.decodeWellKnown(codec, typeName, any) };
}

/** Decodes `google.protobuf.Struct` as the JSON object that it represents. A message that was not sent is `{}`. */
export const structType: AnyDecoder<Record<string, JsonValue>> = wellKnown('Struct', codecs.struct);

/** Decodes `google.protobuf.Value` as the JSON value that it represents. A message that was not sent is `null`. */
export const valueType: AnyDecoder<JsonValue> = wellKnown('Value', codecs.value);

/** Decodes `google.protobuf.ListValue` as the JSON array that it represents. A message that was not sent is `[]`. */
export const listValueType: AnyDecoder<JsonValue[]> = wellKnown('ListValue', codecs.listValue);

/**
 * Decodes `google.protobuf.Timestamp` as an RFC 3339 string in UTC with 0, 3, 6 or 9 fractional digits, such as
 * `'2026-01-31T09:30:00.123456789Z'`. `new Date(text)` keeps the milliseconds, `Temporal.Instant.from(text)` all
 * digits. A message that was not sent is `'1970-01-01T00:00:00Z'`.
 */
export const timestampType: AnyDecoder<string> = wellKnown('Timestamp', codecs.timestamp);

/**
 * Decodes `google.protobuf.Duration` as a string of seconds with 0, 3, 6 or 9 fractional digits, such as
 * `'1.500s'`. A message that was not sent is `'0s'`.
 */
export const durationType: AnyDecoder<string> = wellKnown('Duration', codecs.duration);

/** Decodes `google.protobuf.FieldMask` as its paths, in snake_case as in the proto: `['display_name', 'labels']`. */
export const fieldMaskType: AnyDecoder<string[]> = wellKnown('FieldMask', codecs.fieldMask);

/** Decodes `google.protobuf.DoubleValue`. */
export const doubleValueType: AnyDecoder<number> = wellKnown('DoubleValue', codecs.doubleValue);

/** Decodes `google.protobuf.FloatValue`, to the precision of a float. */
export const floatValueType: AnyDecoder<number> = wellKnown('FloatValue', codecs.floatValue);

/** Decodes `google.protobuf.Int64Value`. */
export const int64ValueType: AnyDecoder<bigint> = wellKnown('Int64Value', codecs.int64Value);

/** Decodes `google.protobuf.UInt64Value`. */
export const uint64ValueType: AnyDecoder<bigint> = wellKnown('UInt64Value', codecs.uint64Value);

/** Decodes `google.protobuf.Int32Value`. */
export const int32ValueType: AnyDecoder<number> = wellKnown('Int32Value', codecs.int32Value);

/** Decodes `google.protobuf.UInt32Value`. */
export const uint32ValueType: AnyDecoder<number> = wellKnown('UInt32Value', codecs.uint32Value);

/** Decodes `google.protobuf.BoolValue`. */
export const boolValueType: AnyDecoder<boolean> = wellKnown('BoolValue', codecs.boolValue);

/** Decodes `google.protobuf.StringValue`. */
export const stringValueType: AnyDecoder<string> = wellKnown('StringValue', codecs.stringValue);

/** Decodes `google.protobuf.BytesValue`. */
export const bytesValueType: AnyDecoder<Uint8Array> = wellKnown('BytesValue', codecs.bytesValue);

/** The type of {@link wellKnownTypes}: each well-known type and its decoder. */
export interface WellKnownTypes {
  /** Decodes to `undefined`. */
  readonly 'google.protobuf.Empty': AnyDecoder<undefined>;
  /** Decodes to a JSON object. */
  readonly 'google.protobuf.Struct': AnyDecoder<Record<string, JsonValue>>;
  /** Decodes to a JSON value. */
  readonly 'google.protobuf.Value': AnyDecoder<JsonValue>;
  /** Decodes to a JSON array. */
  readonly 'google.protobuf.ListValue': AnyDecoder<JsonValue[]>;
  /** Decodes to an RFC 3339 string. */
  readonly 'google.protobuf.Timestamp': AnyDecoder<string>;
  /** Decodes to a string such as `'1.500s'`. */
  readonly 'google.protobuf.Duration': AnyDecoder<string>;
  /** Decodes to paths in snake_case. */
  readonly 'google.protobuf.FieldMask': AnyDecoder<string[]>;
  /** Decodes to a number. */
  readonly 'google.protobuf.DoubleValue': AnyDecoder<number>;
  /** Decodes to a number. */
  readonly 'google.protobuf.FloatValue': AnyDecoder<number>;
  /** Decodes to a bigint. */
  readonly 'google.protobuf.Int64Value': AnyDecoder<bigint>;
  /** Decodes to a bigint. */
  readonly 'google.protobuf.UInt64Value': AnyDecoder<bigint>;
  /** Decodes to a number. */
  readonly 'google.protobuf.Int32Value': AnyDecoder<number>;
  /** Decodes to a number. */
  readonly 'google.protobuf.UInt32Value': AnyDecoder<number>;
  /** Decodes to a boolean. */
  readonly 'google.protobuf.BoolValue': AnyDecoder<boolean>;
  /** Decodes to a string. */
  readonly 'google.protobuf.StringValue': AnyDecoder<string>;
  /** Decodes to bytes. */
  readonly 'google.protobuf.BytesValue': AnyDecoder<Uint8Array>;
}

/**
 * The decoders of all well-known types by their full names, to spread into a {@link registryType}.
 *
 * @example
 * ```ts
 * const anything = registryType({ ...wellKnownTypes, 'example.Book': jsonType<Book>('example.Book') });
 * ```
 */
export const wellKnownTypes: WellKnownTypes = {
  'google.protobuf.Empty': emptyType,
  'google.protobuf.Struct': structType,
  'google.protobuf.Value': valueType,
  'google.protobuf.ListValue': listValueType,
  'google.protobuf.Timestamp': timestampType,
  'google.protobuf.Duration': durationType,
  'google.protobuf.FieldMask': fieldMaskType,
  'google.protobuf.DoubleValue': doubleValueType,
  'google.protobuf.FloatValue': floatValueType,
  'google.protobuf.Int64Value': int64ValueType,
  'google.protobuf.UInt64Value': uint64ValueType,
  'google.protobuf.Int32Value': int32ValueType,
  'google.protobuf.UInt32Value': uint32ValueType,
  'google.protobuf.BoolValue': boolValueType,
  'google.protobuf.StringValue': stringValueType,
  'google.protobuf.BytesValue': bytesValueType,
};
