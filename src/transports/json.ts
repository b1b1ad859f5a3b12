import type { JsonValue } from '../any.js';
import { parseJsonText } from '../wire/json-object.js';

/** Parses JSON without its `__proto__` members; undefined if the text is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}
