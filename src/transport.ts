import type { Any } from './any.js';
import type { Status } from './status.js';

/**
 * A native `AbortSignal`, or one of the `abort-controller` package and other polyfills, which have no `reason` and no
 * `throwIfAborted`.
 */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** What the one who aborted gave as the reason. */
  readonly reason?: unknown;
  /** Calls `listener` when it is aborted. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Stops calling `listener`. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What goes with one RPC. */
export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's own `reason`. */
  signal?: AbortSignalLike | undefined;
  /**
   * The deadline of one RPC in milliseconds: each attempt has this long.
   * @defaultValue 60000
   */
  timeoutMs?: number | undefined;
  /** Request headers (gRPC metadata) of this call; they win over the transport's own. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * `google.longrunning.Operation` as it came over the wire, with nothing unpacked.
 *
 * @see `google/longrunning/operations.proto`
 */
export interface RawOperation {
  /** The name that the server gave; empty where it sent none, which is legal for an operation that is done. */
  name: string;
  /** Whether it is completed; a server that leaves it unset means `false`. */
  done: boolean;
  /** What the service says about the operation as it runs. */
  metadata?: Any | undefined;
  /** The result of an operation that succeeded. Means nothing until `done` is true. */
  response?: Any | undefined;
  /** The result of an operation that failed or was cancelled. Means nothing until `done` is true. */
  error?: Status | undefined;
  /** A hint of the server's, in milliseconds, when to ask again (`Retry-After` on a success). */
  retryAfterMs?: number | undefined;
}

/** `google.longrunning.ListOperationsRequest`. */
export interface ListOperationsRequest {
  /** The collection or its parent, in the form that the service wants; empty where it wants none, as Cloud Functions v1. */
  name: string;
  /** A filter in the service's own dialect (AIP-160); sent as it is. */
  filter?: string | undefined;
  /** The most operations to return in a page; 0 or absent: the server decides. */
  pageSize?: number | undefined;
  /** Where to begin: the `nextPageToken` of an earlier page. */
  pageToken?: string | undefined;
  /** Asks for what can be had and a list of what could not be reached (AIP-217); many services refuse it. */
  returnPartialSuccess?: boolean | undefined;
}

/** `google.longrunning.ListOperationsResponse`. */
export interface ListOperationsResponse {
  /** The operations of this page; may be empty although there are more pages. */
  operations: RawOperation[];
  /** Where the next page begins; empty: this was the last one. */
  nextPageToken: string;
  /** The locations or resources that could not be reached for this page. */
  unreachable: string[];
}

/** The RPCs of `google.longrunning.Operations`. */
export type OperationsMethod =
  'GetOperation' | 'ListOperations' | 'CancelOperation' | 'DeleteOperation' | 'WaitOperation';

/**
 * The seam between the client and a wire: one method per RPC of `google.longrunning.Operations`.
 *
 * A transport sends one request per call, cancels it when `options.signal` is aborted, and neither retries nor waits.
 * It rejects with a {@link RequestError}; errors of other libraries are understood by their structure (a numeric gRPC
 * `code`, a system error's `code`).
 */
export interface OperationsTransport {
  /** The host that this transport talks to, if it talks to one. A resume token remembers it. */
  readonly apiEndpoint?: string | undefined;
  /** `google.longrunning.Operations.GetOperation`. */
  getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation>;
  /** `google.longrunning.Operations.ListOperations`. */
  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse>;
  /** `google.longrunning.Operations.CancelOperation`. */
  cancelOperation(request: { name: string }, options: CallOptions): Promise<void>;
  /** `google.longrunning.Operations.DeleteOperation`. */
  deleteOperation(request: { name: string }, options: CallOptions): Promise<void>;
  /** `google.longrunning.Operations.WaitOperation`; absent where the wire has none. */
  waitOperation?(request: { name: string; timeoutMs: number }, options: CallOptions): Promise<RawOperation>;
  /** Lets go of connections. Calls after it reject. */
  close(): Promise<void>;
}
