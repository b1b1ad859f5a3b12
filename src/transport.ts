import type { Any } from './any.js';
import type { Status } from './status.js';

/**
 * A native `AbortSignal`, or one of the `abort-controller` package or another polyfill, which has no `reason` and no
 * `throwIfAborted`.
 */
export interface AbortSignalLike {
  /** Whether the signal is aborted. */
  readonly aborted: boolean;
  /** The reason that was passed to `abort()`. */
  readonly reason?: unknown;
  /** Adds a listener that is called when the signal is aborted. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Removes a listener. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Options of one RPC. */
export interface CallOptions {
  /** Cancels the call when aborted; the call then rejects with the signal's `reason`. */
  signal?: AbortSignalLike | undefined;
  /**
   * The deadline of each attempt, in milliseconds.
   *
   * @defaultValue 60000
   */
  timeoutMs?: number | undefined;
  /** Request headers (gRPC metadata) of this call; they override the transport's headers. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * `google.longrunning.Operation` as it was received, with nothing decoded.
 *
 * @see `google/longrunning/operations.proto`
 */
export interface RawOperation {
  /** The name that the server sent; empty if it sent none, which is valid for a completed operation. */
  name: string;
  /** Whether the operation is completed; `false` if the server left it unset. */
  done: boolean;
  /** Service-specific information about the operation, such as its progress. */
  metadata?: Any | undefined;
  /** The result of an operation that succeeded. Ignored until `done` is true. */
  response?: Any | undefined;
  /** The result of an operation that failed or was cancelled. Ignored until `done` is true. */
  error?: Status | undefined;
  /** The delay before the next poll that the server requested (`Retry-After` of a success), in milliseconds. */
  retryAfterMs?: number | undefined;
  /** What a running operation has stopped for, such as a question: see `interrupted` of `customOperations()`. */
  interruption?: unknown;
}

/** `google.longrunning.ListOperationsRequest`. */
export interface ListOperationsRequest {
  /** The collection or its parent, as the service requires it; empty if it requires none, as in Cloud Functions v1. */
  name: string;
  /** A filter in the service's dialect (AIP-160); sent unchanged. */
  filter?: string | undefined;
  /** The maximum number of operations per page. The server chooses if it is 0 or absent. */
  pageSize?: number | undefined;
  /** The `nextPageToken` of the previous page; absent for the first page. */
  pageToken?: string | undefined;
  /** Whether to return partial results, with a list of the unreachable locations (AIP-217). Many services reject it. */
  returnPartialSuccess?: boolean | undefined;
}

/** `google.longrunning.ListOperationsResponse`. */
export interface ListOperationsResponse {
  /** The operations of this page; may be empty even if there are more pages. */
  operations: RawOperation[];
  /** The token of the next page; empty for the last page. */
  nextPageToken: string;
  /** The locations or resources that could not be reached for this page. */
  unreachable: string[];
}

/** The RPCs of `google.longrunning.Operations`. */
export type OperationsMethod =
  'GetOperation' | 'ListOperations' | 'CancelOperation' | 'DeleteOperation' | 'WaitOperation';

/** How a transport sends the request for an RPC. */
export interface RequestDescription {
  /** The protocol: `grpc`, `http` (JSON over HTTP) or `connectrpc`. */
  readonly protocol: string;
  /** The HTTP method; absent if it is not known. */
  readonly httpMethod?: string | undefined;
  /** The path of the HTTP rule, such as `/v1/{name=operations/**}`; absent if it is not known. */
  readonly urlTemplate?: string | undefined;
}

/**
 * The transport interface: one method per RPC of `google.longrunning.Operations`.
 *
 * A transport sends one request per call, cancels it when `options.signal` is aborted, and neither retries nor delays
 * requests. It rejects with a {@link RequestError}. Errors of other libraries are converted by their structure (a
 * numeric gRPC `code`, a system error's `code`).
 */
export interface OperationsTransport {
  /** The host that the transport connects to; undefined if it has none. Resume tokens contain it. */
  readonly apiEndpoint?: string | undefined;
  /** `google.longrunning.Operations.GetOperation`. */
  getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation>;
  /** `google.longrunning.Operations.ListOperations`. */
  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse>;
  /** `google.longrunning.Operations.CancelOperation`. */
  cancelOperation(request: { name: string }, options: CallOptions): Promise<void>;
  /** `google.longrunning.Operations.DeleteOperation`. */
  deleteOperation(request: { name: string }, options: CallOptions): Promise<void>;
  /** `google.longrunning.Operations.WaitOperation`; absent if the protocol does not support it. */
  waitOperation?(request: { name: string; timeoutMs: number }, options: CallOptions): Promise<RawOperation>;
  /** Describes the request for an RPC, for telemetry. Absent, or undefined: it is not known. */
  describeRequest?(method: OperationsMethod, request: { name: string }): RequestDescription | undefined;
  /**
   * Calls `listener` each time that requests may succeed again: the browser is back online, or the page is shown again. The
   * client then polls, as by its `pollNow()`. Absent: the transport does not know.
   */
  onReturn?(listener: () => void): void;
  /** Closes connections. Later calls reject. */
  close(): Promise<void>;
}
