import type { Any, AnyDecoder, JsonValue, OperationInfo } from '../any.js';

/** An Any that keeps the value that it stands for, as the caller's function gave it. */
interface Held extends Any {
  readonly held: unknown;
}

/** A value as an Any; undefined if it is undefined or null. Its JSON is what tells one state from the next. */
export function hold(field: 'response' | 'metadata', value: unknown): Any | undefined {
  if (value === undefined || value === null) return undefined;
  const held: Held = { typeUrl: `custom/${field}`, json: toJson(value), held: value };
  return held;
}

/** What reads such an Any; of another transport's, say an emulator's in a test, the JSON. */
const heldType: AnyDecoder<unknown> = {
  decode: (any) => (any !== undefined && 'held' in any ? any.held : any?.json),
};

/** The types of operations whose values are held. */
export function infoOfHeld<R, M>(): OperationInfo<R, M> {
  // The types are those of the functions that gave the values.
  return { response: heldType, metadata: heldType } as OperationInfo<R, M>;
}

/** A copy, with 64-bit integers as texts, as proto3 JSON has them. */
function toJson(value: unknown): JsonValue | undefined {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) as
    string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
}
