import type { JsonValue } from '../any.js';

/** A JSON object. */
export type JsonObject = Record<string, JsonValue>;

/** Whether a value is a JSON object: neither an array nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of a JSON object by its lowerCamelCase name or its original snake_case name; undefined if it is null. */
export function jsonField(object: JsonObject, name: string): JsonValue | undefined {
  return object[name] ?? object[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? undefined;
}
