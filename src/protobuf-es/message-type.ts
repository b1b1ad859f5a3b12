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
import { invalidArgumentMessage } from '../arguments.js';
import { unwrapAnyJson } from '../decoders/message-json.js';

/** Options of {@link protobufEsType}. */
export interface ProtobufEsOptions {
  /**
   * The types of messages that may be in an Any inside of the message, over REST: JSON of a type that is not known
   * cannot be made the bytes that an Any holds. Over gRPC it is not needed.
   *
   * @defaultValue none
   */
  readonly registry?: Registry | undefined;
}

/**
 * Reads messages by their schemas of [protobuf-es](https://github.com/bufbuild/protobuf-es), version 2: over gRPC by
 * `fromBinary()`, over REST by `fromJson()`, to the same message. Fields that the schema does not know are kept over gRPC
 * (in `$unknown`) and passed over in JSON, as are names of enum values that it does not know.
 *
 * @typeParam Desc - the schema.
 * @param schema - the schema, generated or of a registry.
 * @throws TypeError if it is no schema.
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
  if ((schema as Partial<DescMessage> | null | undefined)?.kind !== 'message') {
    throw new TypeError(invalidArgumentMessage('decode', 'schema', 'a message schema of protobuf-es', schema));
  }
  const options = { ignoreUnknownFields: true, ...(registry && { registry }) };
  return {
    typeName: schema.typeName,
    decode(any) {
      if (any?.value) return fromBinary(schema, any.value);
      if (any?.json === undefined) return create(schema);
      // By way of the bytes, so that it is the same to the last float and default.
      return fromBinary(schema, toBinary(schema, fromJson(schema, unwrapAnyJson(any), options)));
    },
  };
}
