/** A JSON value, as `JSON.parse` returns it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * `google.protobuf.Any` as it was received: bytes over gRPC, proto3 JSON over REST, both if the transport has both.
 *
 * Over REST `json` is the complete object, including its `'@type'`.
 */
export interface Any {
  /** The type URL, such as `type.googleapis.com/google.protobuf.Empty`; empty for an Any without content. */
  readonly typeUrl: string;
  /** The message in wire format. */
  readonly value?: Uint8Array | undefined;
  /** The message in proto3 JSON form. */
  readonly json?: JsonValue | undefined;
}

/** The full name of the type in an Any: the text after the last `/` of its type URL, whatever the prefix. */
export function typeNameOf(any: Any): string {
  return any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
}

/** Whether an Any has neither a type nor content. Older servers write such an Any as `response: {}`. */
export function isEmptyAny(any: Any | undefined): boolean {
  // A transport in plain JavaScript may have returned something else than an Any, such as bytes.
  if (!any || any.typeUrl || Object(any) !== any || (any as { byteLength?: unknown }).byteLength) return !any;
  for (const field in any) {
    if (field !== 'typeUrl' && !isEmptyContent(any[field as keyof Any])) return false;
  }
  return true;
}

function isEmptyContent(content: unknown): boolean {
  // Bytes first: it would take seconds to list the keys of megabytes of them.
  if (ArrayBuffer.isView(content)) return content.byteLength === 0;
  const isObject = content && typeof content === 'object' && !Array.isArray(content);
  return isObject ? Object.keys(content).length === 0 : (content ?? undefined) === undefined;
}

/**
 * Whether two Anys hold the same message. Bytes are compared if there are any, JSON otherwise. One and the same object in both
 * may have been changed in place, so that it counts as different.
 */
export function sameAny(a: Any | undefined, b: Any | undefined): boolean {
  if (!a || !b) return !a && !b;
  try {
    const content = a.value ?? a.json;
    if (a.typeUrl !== b.typeUrl || (content === (b.value ?? b.json) && Object(content) === content)) return false;
    if (a.value && b.value) return sameBytes(a.value, b.value);
    return !a.value && !b.value && JSON.stringify(a.json) === JSON.stringify(b.json);
  } catch {
    return false; // nested too deep to be compared, or not of the types that are declared
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/**
 * Decodes one type of message from an {@link Any}.
 *
 * @typeParam T - the decoded message.
 */
export interface AnyDecoder<T> {
  /** The full name of the message type, such as `google.protobuf.Struct`; absent if the decoder accepts any type. */
  readonly typeName?: string | undefined;
  /**
   * Decodes the message. `undefined` stands for a message that the service did not send: the type's default instance.
   *
   * @throws any error if the message cannot be decoded; the client wraps it in an {@link UnpackError}.
   */
  decode(any: Any | undefined): T;
}

/**
 * The types of an operation: how its response and its metadata are decoded. The counterpart of
 * `google.longrunning.OperationInfo`, the annotation of the method that starts the operation in a service's protos.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface OperationInfo<R, M> {
  /** Decodes the response. */
  readonly response: AnyDecoder<R>;
  /** Decodes the metadata. */
  readonly metadata: AnyDecoder<M>;
}
