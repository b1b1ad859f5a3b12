import { typeNameOf, type JsonValue } from '../any.js';
import { isObject } from '../wire/details.js';
import { anyFromJson } from '../wire/json.js';
import { fieldMask, listValue, struct } from './forms.js';
import { unwrapAnyJson } from './message-json.js';
import {
  booleanFromJson,
  bytesFromJson,
  integerFromJson,
  throwTypeMismatch,
  numberFromJson,
  stringFromJson,
} from './scalars.js';
import { durationNanosFromJson, timestampFromJson } from './times.js';

// From proto3 JSON to the plain object that protobufjs makes a message of. proto3-json-serializer, which google-gax
// brings, does the same, but not to the letter: sint64, negative Durations, wrappers in an Any and fields that are null
// it refuses; the paths of a FieldMask, Timestamps with an offset and names as in the proto it reads as something else.

/** As much of protobufjs's `Type` as is looked at. */
export interface MessageSchema {
  readonly fullName: string;
  readonly fieldsArray: readonly FieldSchema[];
  readonly fieldsById: Readonly<Record<number, FieldSchema>>;
  readonly root: { lookupType(name: string): MessageSchema };
  fromObject(object: object): object;
  encode(message: object): { finish(): Uint8Array };
}

interface FieldSchema {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly keyType?: string;
  readonly hasPresence?: boolean;
  readonly options?: { readonly json_name?: string };
  readonly resolvedType: MessageSchema | EnumSchema | null;
  resolve(): unknown;
}

interface EnumSchema {
  readonly fullName: string;
  readonly values: Readonly<Record<string, number>>;
}

type Fields = Record<string, unknown>;

/**
 * The object of which `type.fromObject()` makes the message that JSON stand for. Fields that the type does not know, and
 * names of enum values that it does not know, are left out.
 *
 * @throws TypeError if the JSON are not those of such a message.
 */
export function objectFromJson(type: MessageSchema, json: JsonValue): Fields {
  const [, wellKnown = ''] = /^\.google\.protobuf\.(\w+)$/.exec(type.fullName) ?? [];
  const read = wellKnownReaders.get(wellKnown);
  if (read) return read(type, json);
  if (!isObject(json)) return throwTypeMismatch(`a ${type.fullName.slice(1)}`, json);
  const fields = fieldsByName(type);
  const values = Object.entries(json).map(([key, item]): [string, unknown] => {
    const field = fields.get(key) ?? fields.get(jsonName(key));
    return [field?.name ?? key, field && fieldFromJson(field, item)];
  });
  return withoutUndefined(values);
}

const fieldCache = new WeakMap<MessageSchema, Map<string, FieldSchema>>();

/** The fields of a type by their names in JSON and their own. */
function fieldsByName(type: MessageSchema): Map<string, FieldSchema> {
  let fields = fieldCache.get(type);
  if (!fields) {
    fields = new Map(
      type.fieldsArray.flatMap((field) =>
        [jsonName(field.name), field.name, field.options?.json_name ?? field.name].map((name) => [name, field]),
      ),
    );
    fieldCache.set(type, fields);
  }
  return fields;
}

/** A field's name in JSON, from its name in the proto; of a name in JSON, that name. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
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
  // A default that need not have been written is as good as none, which is what the wire format has of it.
  return field.hasPresence === false && isDefault(field, value) ? undefined : value;
}

/** Whether `null` is a value of the field, and not the lack of one. */
function isNullable({ resolvedType }: FieldSchema): boolean {
  return /^\.google\.protobuf\.(Value|NullValue)$/.test(resolvedType?.fullName ?? '');
}

function isDefault({ type }: FieldSchema, value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return value.byteLength === 0;
  // An integer of 64 bits is a text of digits here, and so may a string be.
  return value === (type === 'string' ? '' : '0') || value === false || Object.is(value, 0);
}

function mapFromJson(field: FieldSchema, json: JsonValue): Fields {
  if (!isObject(json)) return throwTypeMismatch(`the map of ${field.name}`, json);
  return withoutUndefined(
    Object.entries(json).map(([key, item]) => [mapKey(field.keyType ?? 'string', key), valueFromJson(field, item)]),
  );
}

/** A key as protobufjs has it in its objects: one of 64 bits is the text of its eight bytes. */
function mapKey(type: string, key: string): string {
  if (!type.endsWith('64')) return key;
  const bits = BigInt.asUintN(64, integerFromJson(key, 64, !/^(uint|fixed)/.test(type)));
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

/** An object of the values that are there; a key `__proto__` is a key like any other. */
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
    default: {
      const integer = integerFromJson(json, type.endsWith('64') ? 64 : 32, !/^(uint|fixed)/.test(type));
      return type.endsWith('64') ? String(integer) : Number(integer);
    }
  }
}

type Read = (type: MessageSchema, json: JsonValue) => Fields;

/** The types of google.protobuf with a JSON form of their own. Their fields are found by number. */
const wellKnownReaders = new Map<string, Read>([
  ['Timestamp', (type, json) => secondsAndNanos(type, timestampFromJson(json), (nanos) => modulo(nanos, billion))],
  ['Duration', (type, json) => secondsAndNanos(type, durationNanosFromJson(json), (nanos) => nanos % billion)],
  ['FieldMask', (type, json) => singleField(type, fieldMask.fromJson(json))],
  ['Struct', (type, json) => singleField(type, structFields(type, struct.fromJson(json)))],
  ['Value', readValue],
  [
    'ListValue',
    (type, json) =>
      singleField(
        type,
        listValue.fromJson(json).map((item) => readValue(messageOf(type, 1), item)),
      ),
  ],
  ['Any', readAny],
  ...['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (scalar): [string, Read] => [
      `${scalar}Value`,
      (type, json) => singleField(type, fieldFromJson(fieldOf(type, 1), json)),
    ],
  ),
]);

const billion = 1_000_000_000n;
const modulo = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

function fieldOf(type: MessageSchema, number: number): FieldSchema {
  const field = type.fieldsById[number];
  if (!field) throw new TypeError(`${type.fullName.slice(1)} has no field ${number}`);
  field.resolve();
  return field;
}

function messageOf(type: MessageSchema, number: number): MessageSchema {
  return fieldOf(type, number).resolvedType as MessageSchema;
}

/** An object with a first field and nothing else. */
function singleField(type: MessageSchema, value: unknown): Fields {
  return value === undefined ? {} : { [fieldOf(type, 1).name]: value };
}

function secondsAndNanos(type: MessageSchema, total: bigint, fractionOf: (total: bigint) => bigint): Fields {
  const nanos = fractionOf(total);
  const seconds = (total - nanos) / billion;
  return {
    ...singleField(type, seconds === 0n ? undefined : String(seconds)),
    ...(nanos && { [fieldOf(type, 2).name]: Number(nanos) }),
  };
}

function structFields(type: MessageSchema, json: Readonly<Record<string, JsonValue>>): Fields {
  const value = messageOf(type, 1);
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, readValue(value, item)]));
}

function readValue(type: MessageSchema, json: JsonValue): Fields {
  const field = (number: number, value: unknown): Fields => ({ [fieldOf(type, number).name]: value });
  if (json === null) return field(1, 0);
  if (typeof json === 'number') return field(2, json);
  if (typeof json === 'string') return field(3, json);
  if (typeof json === 'boolean') return field(4, json);
  return field(Array.isArray(json) ? 6 : 5, objectFromJson(messageOf(type, Array.isArray(json) ? 6 : 5), json));
}

function readAny(type: MessageSchema, json: JsonValue): Fields {
  const any = anyFromJson(json) ?? throwTypeMismatch('an Any', json);
  const name = typeNameOf(any);
  if (name === '') return {};
  const inner = lookup(type, name);
  const bytes = inner.encode(inner.fromObject(objectFromJson(inner, unwrapAnyJson(any)))).finish();
  return {
    ...singleField(type, any.typeUrl),
    ...(bytes.length > 0 && { [fieldOf(type, 2).name]: Uint8Array.from(bytes) }),
  };
}

function lookup(type: MessageSchema, name: string): MessageSchema {
  try {
    return type.root.lookupType(name);
  } catch {
    throw new TypeError(`the type ${name} of an Any is not known to the root`);
  }
}
