import type { JsonValue } from '../any.js';
import type { FieldKind, MessageSchema, NestedKind, ScalarKind } from './detail-schema.js';
import { nanosFromJson } from './duration.js';
import { isObject, jsonField, type JsonObject } from './json-object.js';

/** Normalizes the JSON of a message: every field is present and of the right type. A field of another type is unset. */
export function normalizeMessage(json: JsonObject, schema: MessageSchema): JsonObject {
  const fields: JsonObject = {};
  for (const [name, kind] of Object.entries(schema)) {
    const value = normalizeValue(jsonField(json, name), kind) ?? defaultFor(kind);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** The value of an unset field; undefined if an unset field is left out. */
function defaultFor(kind: FieldKind): JsonValue | undefined {
  if (typeof kind === 'object') return 'many' in kind ? [] : undefined;
  return defaults[kind]();
}

const defaults: Readonly<Record<ScalarKind, () => JsonValue | undefined>> = {
  string: () => '',
  strings: () => [],
  int64: () => '0',
  'optional int64': () => undefined,
  map: () => ({}),
  duration: () => '0s',
};

/** A value of the right type; undefined for any other. */
function normalizeValue(value: JsonValue | undefined, kind: FieldKind): JsonValue | undefined {
  return typeof kind === 'object' ? normalizeNested(value, kind) : normalizers[kind](value);
}

const normalizers: Readonly<Record<ScalarKind, (value: JsonValue | undefined) => JsonValue | undefined>> = {
  string: (value) => (isString(value) ? value : undefined),
  strings: (value) => (Array.isArray(value) ? value.filter(isString) : undefined),
  int64: normalizeInt64,
  'optional int64': normalizeInt64,
  map: (value) => (isObject(value) ? onlyStrings(value) : undefined),
  duration: (value) => (nanosFromJson(value) === undefined ? undefined : value),
};

function normalizeNested(value: JsonValue | undefined, kind: NestedKind): JsonValue | undefined {
  if ('one' in kind) return isObject(value) ? normalizeMessage(value, kind.one) : undefined;
  if (!Array.isArray(value)) return undefined;
  return value.filter(isObject).map((item) => normalizeMessage(item, kind.many));
}

/** fromEntries() defines the properties, so that a key `__proto__` is an ordinary key. */
function onlyStrings(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([, item]) => isString(item)));
}

/** An int64 in JSON is a string of digits or a number. */
function normalizeInt64(value: JsonValue | undefined): string | undefined {
  const integer = /^-?\d{1,19}$/.test(String(value)) ? BigInt(String(value)) : undefined;
  return integer !== undefined && BigInt.asIntN(64, integer) === integer ? String(integer) : undefined;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
