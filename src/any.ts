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
