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

/**
 * Parses JSON without its `__proto__` members, which could become the prototype of an object.
 *
 * @throws SyntaxError if the text is not JSON.
 */
export function parseJsonText(text: string): JsonValue {
  // A reviver is slow, so it is used only if there may be such a member, written with escapes or not.
  const isSuspicious = /__proto__|\\u00(?:5f|6f|7[024])/i.test(text);
  const dropPrototype = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);
  return JSON.parse(text, isSuspicious ? dropPrototype : undefined) as JsonValue;
}
