import type { AnyDecoder, JsonValue } from '../any.js';
import { emptyType } from '../decoders.js';
import * as forms from './forms.js';

// What JavaScript has an exact value for is that value; a time is the text that JSON have for it, since a Date would
// lose its nanoseconds. Bytes and JSON give the same.

function wellKnown<T>(name: string, form: forms.WellKnownCodec<T>): AnyDecoder<T> {
  const typeName = `google.protobuf.${name}`;
  return { typeName, decode: (any) => forms.decodeWellKnown(form, typeName, any) };
}

/** Reads `google.protobuf.Struct` as the JSON object that it stands for. One that was not sent is `{}`. */
export const structType: AnyDecoder<Record<string, JsonValue>> = wellKnown('Struct', forms.struct);

/** Reads `google.protobuf.Value` as the JSON value that it stands for. One that was not sent is `null`. */
export const valueType: AnyDecoder<JsonValue> = wellKnown('Value', forms.value);

/** Reads `google.protobuf.ListValue` as the JSON array that it stands for. One that was not sent is `[]`. */
export const listValueType: AnyDecoder<JsonValue[]> = wellKnown('ListValue', forms.listValue);

/**
 * Reads `google.protobuf.Timestamp` as its RFC 3339 text in UTC, with as many digits as it needs: 0, 3, 6 or 9, such as
 * `'2026-01-31T09:30:00.123456789Z'`. `new Date(text)` keeps its milliseconds, `Temporal.Instant.from(text)` all of
 * it. One that was not sent is `'1970-01-01T00:00:00Z'`.
 */
export const timestampType: AnyDecoder<string> = wellKnown('Timestamp', forms.timestamp);

/**
 * Reads `google.protobuf.Duration` as its text in seconds, with as many digits as it needs: 0, 3, 6 or 9, such as
 * `'1.500s'`. One that was not sent is `'0s'`.
 */
export const durationType: AnyDecoder<string> = wellKnown('Duration', forms.duration);

/** Reads `google.protobuf.FieldMask` as its paths, in snake_case as in the proto: `['display_name', 'labels']`. */
export const fieldMaskType: AnyDecoder<string[]> = wellKnown('FieldMask', forms.fieldMask);

/** Reads `google.protobuf.DoubleValue`. */
export const doubleValueType: AnyDecoder<number> = wellKnown('DoubleValue', forms.doubleValue);

/** Reads `google.protobuf.FloatValue`, to the precision of a float. */
export const floatValueType: AnyDecoder<number> = wellKnown('FloatValue', forms.floatValue);

/** Reads `google.protobuf.Int64Value`. */
export const int64ValueType: AnyDecoder<bigint> = wellKnown('Int64Value', forms.int64Value);

/** Reads `google.protobuf.UInt64Value`. */
export const uint64ValueType: AnyDecoder<bigint> = wellKnown('UInt64Value', forms.uint64Value);

/** Reads `google.protobuf.Int32Value`. */
export const int32ValueType: AnyDecoder<number> = wellKnown('Int32Value', forms.int32Value);

/** Reads `google.protobuf.UInt32Value`. */
export const uint32ValueType: AnyDecoder<number> = wellKnown('UInt32Value', forms.uint32Value);

/** Reads `google.protobuf.BoolValue`. */
export const boolValueType: AnyDecoder<boolean> = wellKnown('BoolValue', forms.boolValue);

/** Reads `google.protobuf.StringValue`. */
export const stringValueType: AnyDecoder<string> = wellKnown('StringValue', forms.stringValue);

/** Reads `google.protobuf.BytesValue`. */
export const bytesValueType: AnyDecoder<Uint8Array> = wellKnown('BytesValue', forms.bytesValue);

/** {@link wellKnownTypes}: what each name stands for. */
export interface WellKnownTypes {
  /** `undefined`. */
  readonly 'google.protobuf.Empty': AnyDecoder<undefined>;
  /** A JSON object. */
  readonly 'google.protobuf.Struct': AnyDecoder<Record<string, JsonValue>>;
  /** A JSON value. */
  readonly 'google.protobuf.Value': AnyDecoder<JsonValue>;
  /** A JSON array. */
  readonly 'google.protobuf.ListValue': AnyDecoder<JsonValue[]>;
  /** An RFC 3339 text. */
  readonly 'google.protobuf.Timestamp': AnyDecoder<string>;
  /** A text such as `'1.500s'`. */
  readonly 'google.protobuf.Duration': AnyDecoder<string>;
  /** Paths in snake_case. */
  readonly 'google.protobuf.FieldMask': AnyDecoder<string[]>;
  /** A number. */
  readonly 'google.protobuf.DoubleValue': AnyDecoder<number>;
  /** A number. */
  readonly 'google.protobuf.FloatValue': AnyDecoder<number>;
  /** A bigint. */
  readonly 'google.protobuf.Int64Value': AnyDecoder<bigint>;
  /** A bigint. */
  readonly 'google.protobuf.UInt64Value': AnyDecoder<bigint>;
  /** A number. */
  readonly 'google.protobuf.Int32Value': AnyDecoder<number>;
  /** A number. */
  readonly 'google.protobuf.UInt32Value': AnyDecoder<number>;
  /** A boolean. */
  readonly 'google.protobuf.BoolValue': AnyDecoder<boolean>;
  /** A text. */
  readonly 'google.protobuf.StringValue': AnyDecoder<string>;
  /** Bytes. */
  readonly 'google.protobuf.BytesValue': AnyDecoder<Uint8Array>;
}

/**
 * The decoders of all well-known types by their names, to be spread into a {@link registryType}.
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
