/** A JSON value, as `JSON.parse` gives it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * `google.protobuf.Any` as it came: bytes over gRPC, proto3 JSON over REST, both where the transport can give both.
 *
 * Over REST `json` is the whole object, its `'@type'` included.
 */
export interface Any {
  /** The type URL, such as `type.googleapis.com/google.protobuf.Empty`; empty for an Any that holds nothing. */
  readonly typeUrl: string;
  /** The message in wire format. */
  readonly value?: Uint8Array | undefined;
  /** The message in proto3 JSON form. */
  readonly json?: JsonValue | undefined;
}

/** The full name of the type in an Any: the text after the last `/` of its type URL, whatever comes before. */
export function typeNameOf(any: Any): string {
  return any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
}

/**
 * Knows how to read one type of message out of an {@link Any}.
 *
 * @typeParam T - what it gives.
 */
export interface AnyDecoder<T> {
  /** The full name of the message type, such as `google.protobuf.Struct`; absent: any type will do. */
  readonly typeName?: string | undefined;
  /**
   * Reads the message. `undefined` stands for a message that the service did not send: the type's default instance.
   *
   * @throws anything, when the message cannot be read; the client wraps it in an {@link UnpackError}.
   */
  decode(any: Any | undefined): T;
}

/**
 * The types of an operation: what its response and its metadata are read as. The counterpart of
 * `google.longrunning.OperationInfo`, with which a service's protos annotate the method that starts the operation.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface OperationInfo<R, M> {
  /** Reads the response. */
  readonly response: AnyDecoder<R>;
  /** Reads the metadata. */
  readonly metadata: AnyDecoder<M>;
}

/** Leaves an {@link Any} as it came; one that was not sent is an Any that holds nothing. */
export const anyType: AnyDecoder<Any> = { decode: (any) => any ?? { typeUrl: '' } };

/**
 * Names the types of an operation.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata; {@link Any} where it is not declared.
 * @param types - a decoder for the response and, if the metadata matters, one for it.
 * @returns the pair, for `client.poller()`, `client.resume()` and the `type` option of `client.getOperation()`.
 *
 * @example
 * ```ts
 * const recognize = operationInfo({
 *   response: protobufType(LongRunningRecognizeResponse),
 *   metadata: protobufType(LongRunningRecognizeMetadata),
 * });
 * ```
 */
export function operationInfo<R, M = Any>(types: {
  response: AnyDecoder<R>;
  metadata?: AnyDecoder<M> | undefined;
}): OperationInfo<R, M> {
  // Without a decoder M is Any: nothing else can be inferred for it.
  return { response: types.response, metadata: types.metadata ?? (anyType as AnyDecoder<unknown> as AnyDecoder<M>) };
}
