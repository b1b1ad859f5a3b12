import type { JsonValue } from '../any.js';

/**
 * Parses JSON without its `__proto__` members, which could end up as the prototype of something; undefined for what is
 * not JSON.
 */
export function parseJson(text: string): JsonValue | undefined {
  // A reviver is slow, so it is used only where such a member can be, be it written with escapes.
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
