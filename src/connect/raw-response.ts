import { toBinary, toJson, type DescMessage, type JsonObject, type MessageShape } from '@bufbuild/protobuf';
import { withoutPrototypes } from '../wire/json-object.js';

/** A response as it came: bytes, or JSON. */
export type RawResponse = { readonly bytes: Uint8Array } | { readonly json: JsonObject };

/** Reads a message that kept whatever it was decoded from. An empty object is the same as no bytes. */
export function rawResponse(schema: DescMessage, message: MessageShape<DescMessage>): RawResponse {
  const json = toJson(schema, message) as JsonObject;
  // The transport of Connect has parsed it.
  return Object.keys(json).length > 0 ? { json: withoutPrototypes(json) } : { bytes: toBinary(schema, message) };
}
