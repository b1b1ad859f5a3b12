import type { JsonValue } from '../any.js';

/**
 * Parses JSON without its `__proto__` members, which could become the prototype of an object; undefined if the text is
 * not JSON.
 */
export function parseJson(text: string): JsonValue | undefined {
  // A reviver is slow, so it is used only if there may be such a member, written with escapes or not.
  const suspicious = /__proto__|\\u005f/i.test(text);
  try {
    return JSON.parse(
      text,
      suspicious ? (key, value: unknown) => (key === '__proto__' ? undefined : value) : undefined,
    ) as JsonValue;
  } catch {
    return undefined;
  }
}
