import type { Any, AnyDecoder, JsonValue, OperationInfo } from '../any.js';

/** An Any that keeps the value that it stands for, as the caller's function gave it, or what the function threw. */
interface WrappedAny extends Any {
  readonly wrapped?: unknown;
  readonly problem?: unknown;
}

/**
 * What `give` gives, as an Any; undefined if it is undefined or null. Its JSON is what tells one state from the next.
 * What `give` throws comes when it is read: an operation whose metadata cannot be told is one all the same.
 */
export function wrapValue(field: 'response' | 'metadata', getValue: () => unknown): Any | undefined {
  const typeUrl = `custom/${field}`;
  try {
    const value = getValue();
    if (value === undefined || value === null) return undefined;
    const held: WrappedAny = { typeUrl, json: toJson(value), wrapped: value };
    return held;
  } catch (problem) {
    const held: WrappedAny = { typeUrl, problem };
    return held;
  }
}

/** What reads such an Any; of another transport's, say an emulator's in a test, the JSON. */
const wrappedDecoder: AnyDecoder<unknown> = {
  decode(any: WrappedAny | undefined) {
    if (any && 'problem' in any) throw any.problem;
    return any && 'wrapped' in any ? any.wrapped : any?.json;
  },
};

/** The types of operations whose values are held. */
export function wrappedInfo<R, M>(): OperationInfo<R, M> {
  // The types are those of the functions that gave the values.
  return { response: wrappedDecoder, metadata: wrappedDecoder } as OperationInfo<R, M>;
}

/** A copy, with 64-bit integers as texts, as proto3 JSON has them; undefined for what has no JSON, such as a circle. */
function toJson(value: unknown): JsonValue | undefined {
  try {
    const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) as
      string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}
