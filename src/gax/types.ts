/**
 * The part of google-gax's `OperationsClient` that is used, such as the `operationsClient` of every generated client.
 *
 * Described by its structure, so that every copy of google-gax fits.
 */
export interface OperationsClientLike {
  /** The client's stub: one of grpc-js, or with `fallback: true` google-gax's own over HTTP. */
  readonly operationsStub: Promise<object>;
  /** The credentials. */
  readonly auth?: unknown;
}

/** The part of google-gax's `LongrunningDescriptor` that is used: the types of an operation. */
export interface LongrunningDescriptorLike {
  /** The client that sends the requests. */
  readonly operationsClient: OperationsClientLike;
  /** Decodes a response. */
  readonly responseDecoder: (bytes: Uint8Array) => object;
  /** Decodes the metadata. */
  readonly metadataDecoder: (bytes: Uint8Array) => object;
}

/** The part of google-gax's `Operation` that is used, which some methods of clients return without types. */
export interface UntypedOperationLike {
  /** The last state that the service sent. */
  readonly latestResponse: object;
  /** The types of its response and metadata. */
  readonly longrunningDescriptor: LongrunningDescriptorLike;
  /** The settings of the call that started it. */
  readonly _callOptions?: object | undefined;
  /** Never called; it declares the types. */
  promise(): Promise<unknown>;
}

/**
 * The part of google-gax's `LROperation` that is used, which the methods of generated clients return.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface LROperationLike<R, M> extends UntypedOperationLike {
  /** Never called; it declares the two types. */
  promise(): Promise<[R, M, unknown]>;
}
