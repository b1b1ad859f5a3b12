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
  const json = JSON.parse(text) as JsonValue;
  // The walk is slow, so it is done only if there may be such a member, written with escapes or not.
  const isSuspicious = /__proto__|\\u00(?:5f|6f|7[024])/i.test(text);
  return isSuspicious ? withoutPrototypes(json) : json;
}

/** Deletes the `__proto__` members of JSON that was parsed, and returns it. */
export function withoutPrototypes<T extends JsonValue>(json: T): T {
  // Neither a reviver nor recursion, which overflow the stack where JSON is deep.
  const values: JsonValue[] = [json];
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue;
    Reflect.deleteProperty(value, '__proto__');
    for (const item of Object.values(value)) values.push(item);
  }
  return json;
}
