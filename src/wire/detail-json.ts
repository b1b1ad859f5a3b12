import type { JsonValue } from '../any.js';
import type { FieldKind, MessageSchema } from './detail-schema.js';
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
  switch (kind) {
    case 'string':
      return '';
    case 'strings':
      return [];
    case 'int64':
      return '0';
    case 'duration':
      return '0s';
    case 'map':
      return {};
    case 'optional int64':
      return undefined;
  }
}

function normalizeValue(value: JsonValue | undefined, kind: FieldKind): JsonValue | undefined {
  if (typeof kind === 'object') return normalizeNested(value, kind);
  switch (kind) {
    case 'string':
      return isString(value) ? value : undefined;
    case 'strings':
      return Array.isArray(value) ? value.filter(isString) : undefined;
    case 'duration':
      return nanosFromJson(value) === undefined ? undefined : value;
    case 'map':
      return isObject(value) ? onlyStrings(value) : undefined;
    case 'int64':
    case 'optional int64':
      return normalizeInt64(value);
  }
}

function normalizeNested(value: JsonValue | undefined, kind: Exclude<FieldKind, string>): JsonValue | undefined {
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
