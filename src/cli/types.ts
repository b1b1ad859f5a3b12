import { typeNameOf, type Any, type AnyDecoder, type JsonValue, type OperationInfo } from '../any.js';
import { isWellKnownType, unwrapAnyJson } from '../decoders/message-json.js';
import { wellKnownJson } from '../decoders/well-known-codecs.js';
import { isObject } from '../wire/json-object.js';
import { bytesToJson } from '../decoders/scalars.js';

/** Converts the bytes of a message to proto3 JSON; undefined if the type is not known. */
export type MessageDecoder = (typeName: string, bytes: Uint8Array) => JsonValue | undefined;

/** The types of any operation, as JSON. */
export type JsonOperationInfo = OperationInfo<JsonValue, JsonValue>;

/**
 * Decodes responses and metadata of any type to JSON: JSON as it was received, well-known types, and the types that
 * `decodeMessage` knows. The bytes of any other message, and those that cannot be decoded, become base64.
 */
export function jsonInfo(decodeMessage: MessageDecoder = () => undefined): JsonOperationInfo {
  const decoder: AnyDecoder<JsonValue> = { decode: (any) => contentOf(any, decodeMessage) };
  return { response: decoder, metadata: decoder };
}

/** The message in an Any as JSON, without its `@type`. */
function contentOf(any: Any | undefined, decodeMessage: MessageDecoder): JsonValue {
  if (any?.json !== undefined) return unwrapAnyJson(any);
  if (any === undefined || any.typeUrl === '') return {};
  const { value = new Uint8Array() } = any;
  const typeName = typeNameOf(any);
  try {
    return (
      wellKnownJson(typeName, { typeUrl: any.typeUrl, value }) ?? decodeMessage(typeName, value) ?? bytesToJson(value)
    );
  } catch {
    // The descriptors are of another version, for example. The bytes are not lost.
    return bytesToJson(value);
  }
}

/**
 * An Any as it is printed: the JSON as it was received, otherwise the decoded message with its `@type`.
 *
 * @param content - what the decoder returned.
 */
export function anyToJson(any: Any | undefined, content: JsonValue): JsonValue {
  if (any?.json !== undefined) return any.json;
  if (any === undefined || any.typeUrl === '') return content;
  const hasValue = isWellKnownType(typeNameOf(any)) || !isObject(content);
  return hasValue ? { '@type': any.typeUrl, value: content } : { '@type': any.typeUrl, ...content };
}
