/**
 * What is needed of google-gax's `OperationsClient`, such as the `operationsClient` of every generated client.
 *
 * Described by its structure, so that it does not matter which copy of google-gax a client brings along.
 */
export interface OperationsClientLike {
  /** The stub over which the client sends: one of grpc-js, or with `fallback: true` google-gax's own over HTTP. */
  readonly operationsStub: Promise<object>;
  /** The credentials. */
  readonly auth?: unknown;
}

/** What is needed of google-gax's `LongrunningDescriptor`: the types of an operation. */
export interface LongrunningDescriptorLike {
  /** The client that the operation is asked about with. */
  readonly operationsClient: OperationsClientLike;
  /** Reads the bytes of a response. */
  readonly responseDecoder: (bytes: Uint8Array) => object;
  /** Reads the bytes of the metadata. */
  readonly metadataDecoder: (bytes: Uint8Array) => object;
}

/**
 * What is needed of google-gax's `LROperation`, which the methods of generated clients return.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface LROperationLike<R, M> {
  /** The operation as the service last described it. */
  readonly latestResponse: object;
  /** The types of its response and metadata. */
  readonly longrunningDescriptor: LongrunningDescriptorLike;
  /** The settings of the call that started it. */
  readonly _callOptions?: object | undefined;
  /** Never called: it declares the two types. */
  promise(): Promise<[R, M, unknown]>;
}
