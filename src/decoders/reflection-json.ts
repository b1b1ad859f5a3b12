import { typeNameOf, type JsonValue } from '../any.js';
import { isObject } from '../wire/json-object.js';
import { anyFromJson } from '../wire/json.js';
import { unwrapAnyJson } from './message-json.js';
import {
  fieldByName,
  fieldByNumber,
  lookupType,
  messageByNumber,
  type EnumSchema,
  type FieldSchema,
  type MessageSchema,
} from './reflection-schema.js';
import {
  booleanFromJson,
  bytesFromJson,
  integerFromJson,
  numberFromJson,
  stringFromJson,
  throwTypeMismatch,
} from './scalars.js';
import { durationNanosFromJson, timestampFromJson, nanosPerSecond } from './times.js';
import { fieldMask, listValue, struct } from './well-known-codecs.js';

// Converts proto3 JSON to the plain object from which protobufjs creates a message. proto3-json-serializer, which
// google-gax depends on, has the same purpose but does not conform: it throws for sint64, negative Durations, wrappers in
// an Any and fields that are null, and misreads FieldMasks, Timestamps with an offset and field names as in the proto.

type Fields = Record<string, unknown>;

/**
 * Converts the JSON of a message to the plain object that `type.fromObject()` takes. Unknown fields and unknown names
 * of enum values are left out.
 *
 * @throws TypeError if the JSON is not that of such a message.
 */
export function objectFromJson(type: MessageSchema, json: JsonValue): Fields {
  const [, wellKnown = ''] = /^\.google\.protobuf\.(\w+)$/.exec(type.fullName) ?? [];
  const read = wellKnownReaders.get(wellKnown);
  if (read) return read(type, json);
  if (!isObject(json)) return throwTypeMismatch(`a ${type.fullName.slice(1)}`, json);
  const fields = Object.entries(json).map(([key, item]): [string, unknown] => {
    const field = fieldByName(type, key);
    return [field?.name ?? key, field && fieldFromJson(field, item)];
  });
  return withoutUndefined(fields);
}

function fieldFromJson(field: FieldSchema, json: JsonValue): unknown {
  field.resolve();
  if (json === null && (field.repeated || field.map || !isNullable(field))) return undefined;
  if (field.map) return mapFromJson(field, json);
  if (field.repeated) {
    const items = Array.isArray(json) ? json : throwTypeMismatch(`the list of ${field.name}`, json);
    return items.map((item) => valueFromJson(field, item)).filter((item) => item !== undefined);
  }
  const value = valueFromJson(field, json);
  // Without presence, a field with its default value equals an unset field; the wire format leaves it out.
  return field.hasPresence === false && isDefault(field, value) ? undefined : value;
}

/** Whether `null` is a value of the field. For other fields it means unset. */
function isNullable({ resolvedType }: FieldSchema): boolean {
  return /^\.google\.protobuf\.(Value|NullValue)$/.test(resolvedType?.fullName ?? '');
}

function isDefault({ type }: FieldSchema, value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return value.byteLength === 0;
  if (typeof value === 'string') return value === (type === 'string' ? '' : '0'); // 64-bit integers are strings, too
  return value === false || Object.is(value, 0);
}

function mapFromJson(field: FieldSchema, json: JsonValue): Fields {
  if (!isObject(json)) return throwTypeMismatch(`the map of ${field.name}`, json);
  return withoutUndefined(
    Object.entries(json).map(([key, item]) => [mapKey(field.keyType ?? 'string', key), valueFromJson(field, item)]),
  );
}

/** A map's key as protobufjs stores it in objects: a 64-bit key is a string of its eight bytes. */
function mapKey(type: string, key: string): string {
  if (!type.endsWith('64')) return key;
  const bits = BigInt.asUintN(64, integerFromJson(key, 64, isSigned(type)));
  return String.fromCharCode(...Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n)));
}

function valueFromJson({ name, type, resolvedType }: FieldSchema, json: JsonValue): unknown {
  try {
    if (resolvedType === null) return scalarFromJson(type, json);
    return 'values' in resolvedType ? enumFromJson(resolvedType, json) : objectFromJson(resolvedType, json);
  } catch (error) {
    throw new TypeError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

function enumFromJson({ values, fullName }: EnumSchema, json: JsonValue): number | undefined {
  if (fullName === '.google.protobuf.NullValue') return 0;
  if (typeof json === 'string') return Object.hasOwn(values, json) ? values[json] : undefined;
  return Number(integerFromJson(json, 32, true));
}

/** fromEntries() defines the properties, so that a key `__proto__` is an ordinary key. */
function withoutUndefined(entries: readonly (readonly [string, unknown])[]): Fields {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function scalarFromJson(type: string, json: JsonValue): unknown {
  switch (type) {
    case 'string':
      return stringFromJson(json);
    case 'bytes':
      return bytesFromJson(json);
    case 'bool':
      return booleanFromJson(json);
    case 'double':
      return numberFromJson(json);
    case 'float':
      return Math.fround(numberFromJson(json));
    default:
      if (type.endsWith('64')) return String(integerFromJson(json, 64, isSigned(type)));
      return Number(integerFromJson(json, 32, isSigned(type)));
  }
}

/** Whether an integer type is signed, such as `sfixed64`. */
function isSigned(type: string): boolean {
  return !/^(uint|fixed)/.test(type);
}

type WellKnownReader = (type: MessageSchema, json: JsonValue) => Fields;

const readWrapper: WellKnownReader = (type, json) => singleField(type, fieldFromJson(fieldByNumber(type, 1), json));

/** Readers for the types of google.protobuf with a special JSON form. Fields are found by number. */
const wellKnownReaders = new Map<string, WellKnownReader>([
  [
    'Timestamp',
    (type, json) => secondsAndNanos(type, timestampFromJson(json), (nanos) => modulo(nanos, nanosPerSecond)),
  ],
  ['Duration', (type, json) => secondsAndNanos(type, durationNanosFromJson(json), (nanos) => nanos % nanosPerSecond)],
  ['FieldMask', (type, json) => singleField(type, fieldMask.fromJson(json))],
  ['Struct', readStruct],
  ['Value', readValue],
  ['ListValue', readList],
  ['Any', readAny],
  ['DoubleValue', readWrapper],
  ['FloatValue', readWrapper],
  ['Int64Value', readWrapper],
  ['UInt64Value', readWrapper],
  ['Int32Value', readWrapper],
  ['UInt32Value', readWrapper],
  ['BoolValue', readWrapper],
  ['StringValue', readWrapper],
  ['BytesValue', readWrapper],
]);

const modulo = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

/** An object with the field 1 only; empty if the value is undefined. */
function singleField(type: MessageSchema, value: unknown): Fields {
  return value === undefined ? {} : { [fieldByNumber(type, 1).name]: value };
}

function secondsAndNanos(type: MessageSchema, total: bigint, fractionOf: (total: bigint) => bigint): Fields {
  const nanos = fractionOf(total);
  const seconds = (total - nanos) / nanosPerSecond;
  return {
    ...singleField(type, seconds === 0n ? undefined : String(seconds)),
    ...(nanos && { [fieldByNumber(type, 2).name]: Number(nanos) }),
  };
}

function readStruct(type: MessageSchema, json: JsonValue): Fields {
  const valueType = messageByNumber(type, 1);
  const entries = Object.entries(struct.fromJson(json)).map(([key, item]) => [key, readValue(valueType, item)]);
  return singleField(type, Object.fromEntries(entries));
}

function readList(type: MessageSchema, json: JsonValue): Fields {
  const valueType = messageByNumber(type, 1);
  return singleField(
    type,
    listValue.fromJson(json).map((item) => readValue(valueType, item)),
  );
}

function readValue(type: MessageSchema, json: JsonValue): Fields {
  const field = (number: number, value: unknown): Fields => ({ [fieldByNumber(type, number).name]: value });
  if (json === null) return field(1, 0);
  if (typeof json === 'number') return field(2, json);
  if (typeof json === 'string') return field(3, json);
  if (typeof json === 'boolean') return field(4, json);
  const number = Array.isArray(json) ? 6 : 5;
  return field(number, objectFromJson(messageByNumber(type, number), json));
}

function readAny(type: MessageSchema, json: JsonValue): Fields {
  const any = anyFromJson(json) ?? throwTypeMismatch('an Any', json);
  const name = typeNameOf(any);
  if (name === '') return {};
  const inner = lookupType(type, name);
  const bytes = inner.encode(inner.fromObject(objectFromJson(inner, unwrapAnyJson(any)))).finish();
  return {
    ...singleField(type, any.typeUrl),
    ...(bytes.length > 0 && { [fieldByNumber(type, 2).name]: Uint8Array.from(bytes) }),
  };
}
