import {
  create,
  fromBinary,
  fromJson,
  toBinary,
  type DescMessage,
  type MessageShape,
  type Registry,
} from '@bufbuild/protobuf';
import type { AnyDecoder } from '../any.js';
import { assertArgument } from '../arguments.js';
import { unwrapAnyJson } from '../decoders/message-json.js';

/** Options of {@link protobufEsType}. */
export interface ProtobufEsOptions {
  /**
   * The types of messages in nested Anys. Used over REST only, where the JSON of such a message must be encoded as the
   * bytes of an Any; without its type, decoding throws.
   *
   * @defaultValue none
   */
  readonly registry?: Registry | undefined;
}

/**
 * Decodes messages with schemas of [protobuf-es](https://github.com/bufbuild/protobuf-es), version 2: over gRPC with
 * `fromBinary()`, over REST with `fromJson()`. Both return the same message. Unknown fields are kept over gRPC (in
 * `$unknown`); in JSON, unknown fields and unknown names of enum values are ignored.
 *
 * @typeParam Desc - the schema.
 * @param schema - the schema, generated or from a registry.
 * @throws TypeError if `schema` is not a message schema.
 *
 * @example
 * ```ts
 * import { protobufEsType } from 'longrunning/protobuf-es';
 *
 * const recognize = operationInfo({
 *   response: protobufEsType(LongRunningRecognizeResponseSchema),
 *   metadata: protobufEsType(LongRunningRecognizeMetadataSchema),
 * });
 * ```
 */
export function protobufEsType<Desc extends DescMessage>(
  schema: Desc,
  { registry }: ProtobufEsOptions = {},
): AnyDecoder<MessageShape<Desc>> {
  const kind = (schema as Partial<DescMessage> | null | undefined)?.kind;
  assertArgument(kind === 'message', 'decode', 'schema', 'a message schema of protobuf-es', schema);
  const options = { ignoreUnknownFields: true, ...(registry && { registry }) };
  return {
    typeName: schema.typeName,
    decode(any) {
      if (any?.value) return fromBinary(schema, any.value);
      if (any?.json === undefined) return create(schema);
      // Encoding and decoding normalizes the message, for instance floats and defaults, as if it came over gRPC.
      return fromBinary(schema, toBinary(schema, fromJson(schema, unwrapAnyJson(any), options)));
    },
  };
}
