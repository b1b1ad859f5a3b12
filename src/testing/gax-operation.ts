import type { CallOptions, ListOperationsRequest, OperationsTransport, RawOperation } from '../transport.js';
import { detailToAny } from '../wire/details.js';

/** A class of protobufjs's static generator, as in `protos` of every `@google-cloud/*` package. */
export interface DecodableClass<T> {
  /** Decodes a message. */
  decode(bytes: Uint8Array): T;
}

/**
 * An operation as a method of a generated `@google-cloud/*` client returns it, for `pollerFrom()`.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface GaxOperation<R, M> {
  /** The state that the starting call returned. */
  readonly latestResponse: object;
  /** The types of the operation, and the client that sends the requests about it. */
  readonly longrunningDescriptor: {
    /** The client that sends the requests. */
    readonly operationsClient: {
      /** Sends the requests to the emulator. */
      readonly operationsStub: Promise<object>;
    };
    /** Decodes a response. */
    readonly responseDecoder: (bytes: Uint8Array) => object;
    /** Decodes metadata. */
    readonly metadataDecoder: (bytes: Uint8Array) => object;
  };
  /** Rejects: the emulator has no polling loop of google-gax. */
  promise(): Promise<[R, M, unknown]>;
}

type Callback = (error: unknown, response?: unknown) => void;

/** The stub of a transport, with one function per RPC, as google-gax has it. */
export function gaxStub(transport: OperationsTransport): object {
  const rpc =
    <Request>(send: (request: Request, options: CallOptions) => Promise<unknown>) =>
    (request: Request, headers: Readonly<Record<string, string[]>>, _options: object, callback: Callback) => {
      const controller = new AbortController();
      const joined = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(', ')]));
      send(request, { signal: controller.signal, headers: joined }).then(
        (response) => callback(null, response),
        (error: unknown) => callback(error),
      );
      return { cancel: () => controller.abort() };
    };
  interface Named {
    name: string;
  }
  return {
    getOperation: rpc(async (request: Named, options) => gaxState(await transport.getOperation(request, options))),
    listOperations: rpc(async (request: ListOperationsRequest, options) => {
      const page = await transport.listOperations(request, options);
      return { ...page, operations: page.operations.map(gaxState) };
    }),
    cancelOperation: rpc((request: Named, options) => transport.cancelOperation(request, options)),
    deleteOperation: rpc((request: Named, options) => transport.deleteOperation(request, options)),
  };
}

/** Creates the operation. */
export function gaxOperation<R, M>(
  operationsStub: Promise<object>,
  raw: RawOperation,
  types: { response?: DecodableClass<R> | undefined; metadata?: DecodableClass<M> | undefined },
): GaxOperation<R, M> {
  // Without a class, values are undecoded.
  const decoderOf = (type: DecodableClass<unknown> | undefined) =>
    (type && ((bytes: Uint8Array) => type.decode(bytes))) as (bytes: Uint8Array) => object;
  return {
    latestResponse: gaxState(raw),
    longrunningDescriptor: {
      operationsClient: { operationsStub },
      responseDecoder: decoderOf(types.response),
      metadataDecoder: decoderOf(types.metadata),
    },
    promise: () => Promise.reject(new TypeError('Cannot wait by promise(): pass the operation to pollerFrom()')),
  };
}

/** A state as google-gax has it: the details of an error are messages of `google.protobuf.Any`. */
function gaxState(raw: RawOperation): object {
  const { error } = raw;
  return error ? { ...raw, error: { ...error, details: error.details.map(detailToAny) } } : raw;
}
