import type { Any, AnyDecoder, JsonValue, OperationInfo } from '../any.js';
import { ignoreRejection } from '../arguments.js';

/** An Any that holds the value that a callback returned, or the error that it threw. */
interface WrappedAny extends Any {
  readonly wrapped?: unknown;
  readonly error?: unknown;
}

/**
 * Wraps a value in an Any; undefined if it is undefined or null. The JSON serves to detect changes. An error of the callback
 * is thrown when the value is decoded: an operation whose metadata cannot be read is still an operation.
 */
export function wrapValue(field: 'response' | 'metadata', getValue: () => unknown): WrappedAny | undefined {
  const typeUrl = `custom/${field}`;
  try {
    const value = getValue();
    ignoreRejection(value);
    if (value === undefined || value === null) return undefined;
    return { typeUrl, json: toJson(value), wrapped: value };
  } catch (error) {
    return { typeUrl, error };
  }
}

/** Metadata that differ from those of the same operation without the interruption, or with another one. */
export function interruptedMetadata(metadata: WrappedAny | undefined, interruption: unknown): WrappedAny {
  const typeUrl = `custom/interrupted?${JSON.stringify(toJson(interruption))}`;
  return { ...(metadata ?? { wrapped: undefined }), typeUrl };
}

/** Decodes such an Any. For one of another transport, such as an emulator, it returns the JSON. */
const wrappedDecoder: AnyDecoder<unknown> = {
  decode(any: WrappedAny | undefined) {
    if (any && 'error' in any) throw any.error;
    return any && 'wrapped' in any ? any.wrapped : any?.json;
  },
};

/** The types of operations whose values are wrapped. */
export function wrappedInfo<R, M>(): OperationInfo<R, M> {
  // R and M are the return types of the callbacks.
  return { response: wrappedDecoder, metadata: wrappedDecoder } as OperationInfo<R, M>;
}

/** A copy as JSON; undefined if there is none. */
function toJson(value: unknown): JsonValue | undefined {
  const text = toJsonText(value);
  return text && (JSON.parse(text) as JsonValue);
}

/** The JSON text, with 64-bit integers as strings, as in proto3 JSON; undefined if there is none, as for a circular value. */
export function toJsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  } catch {
    return undefined;
  }
}
