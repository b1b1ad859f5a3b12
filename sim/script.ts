// What happens in one run, as plain data: printed, replayed and shrunk. A seed is turned into a script by generate/.

/** All of one run. Nothing else decides what happens, except `seed`, from which the client's own random numbers come. */
export interface Script {
  seed: number;
  client: ClientScript;
  service: ServiceScript;
  operations: OperationScript[];
  faults: FaultScript[];
  outages: OutageScript[];
  waits: WaitScript[];
  groups: GroupScript[];
  batches: BatchScript[];
  acts: ActScript[];
}

export interface ClientScript {
  /** The page size of coalescing; undefined: the client does not coalesce. */
  coalescePageSize?: number;
  maxRequestsPerSecond?: number;
  maxConcurrentServerWaits?: number;
  serverWait?: 'auto' | 'never' | 'always';
  /** A constant backoff; undefined: the default schedule. */
  constantBackoffMs?: number;
  /** True or false hints about the duration. */
  expectedMs?: number;
  learns?: boolean;
  maxAttempts?: number;
  maxElapsedMs?: number;
  notFoundGraceMs?: number;
  rpcTimeoutMs?: number;
}

export interface ServiceScript {
  /** How long a request takes there and back, in turn. A long one lets later ones overtake it. */
  latenciesMs: number[];
  hasWait?: boolean;
  /** The share of its timeout for which a WaitOperation is held, in turn; over 1: too long. */
  waitShares?: number[];
  /** Whether a request whose signal is aborted settles. */
  ignoresSignals?: boolean;
  listName?: 'parent' | 'collection' | 'none' | 'denied';
  maxPageSize?: number;
  /** By how much lists are behind. */
  listLagMs?: number;
  /** The shares of operations that lists lack, repeat, or contain without a result. */
  listLacks?: number;
  listRepeats?: number;
  listBare?: number;
}

export interface OperationScript {
  id: number;
  durationMs: number;
  result: 'response' | 'error' | 'cancelled' | 'empty';
  progress?: 'honest' | 'stuck' | 'lies';
  /** How wrong the start time in the metadata is; undefined: there is none. */
  startTimeSkewMs?: number;
  /** What CancelOperation does, some time after it arrived; undefined: nothing. */
  cancelTakesMs?: number;
  /** Until then, GetOperation does not find it. */
  visibleAfterMs?: number;
  /** From then on, no request finds it. */
  expiresAtMs?: number;
}

export type Method =
  'GetOperation' | 'WaitOperation' | 'ListOperations' | 'CancelOperation' | 'DeleteOperation' | 'Start';

/** What happens to one request: the `nth` of a method for an operation (lists have the operation −1), from 0. */
export type FaultScript = { method: Method; operation: number; nth: number } & FaultKind;

export type FaultKind =
  | { kind: 'request-lost' }
  | { kind: 'response-lost' }
  /** The connection is reset, before or after the request arrived. */
  | { kind: 'reset'; hasArrived?: boolean }
  | { kind: 'status'; code: number; retryAfterMs?: number; afterMs?: number; isForeign?: boolean }
  /** The response is no operation: one of a list of values. */
  | { kind: 'garbage'; index: number }
  | { kind: 'slow'; byMs: number }
  /** The request arrives twice. */
  | { kind: 'duplicate' }
  | { kind: 'throws' }
  | { kind: 'no-promise' }
  /** The thenable that is returned settles twice. */
  | { kind: 'settles-twice' }
  /** The response of a running operation has a retry delay. */
  | { kind: 'retry-after'; retryAfterMs: number };

/** All requests that are sent in this time fail. */
export interface OutageScript {
  fromMs: number;
  toMs: number;
  kind: 'request-lost' | 'response-lost' | 'reset' | 'unavailable';
}

export interface WaitScript {
  id: number;
  operation: number;
  /** Waits with the same poller share it. */
  poller: number;
  atMs: number;
  as: 'promise' | 'pollUntilDone' | 'updates';
  limitMs?: number;
  /** After it joined. */
  abortMs?: number;
  /** Whether the signal is one of a polyfill. */
  isPolyfill?: boolean;
  /** An iteration that is left after so many states. */
  leavesAfter?: number;
  listener?: ListenerScript;
}

export type ListenerScript =
  | { kind: 'notes' }
  | { kind: 'slow'; byMs: number }
  | { kind: 'throws' | 'rejects'; at: number }
  | { kind: 'enters'; at: number; act: 'push' | 'wait' | 'abort' | 'cancel' | 'poll' | 'close' };

export interface GroupScript {
  id: number;
  operations: number[];
  atMs: number;
  as: 'waitAll' | 'settleAll' | 'waitAny' | 'asCompleted';
  limitMs?: number;
  abortMs?: number;
}

/** A `startAll()`: one input for each operation, which starts when the service receives the request. */
export interface BatchScript {
  id: number;
  operations: number[];
  atMs: number;
  concurrency?: number;
  limitMs?: number;
  abortMs?: number;
  /** How long the caller takes for each result. */
  consumesMs?: number;
}

export type ActScript = { atMs: number } & (
  | { kind: 'poll' | 'cancel' | 'delete'; operation: number; poller: number }
  /** A state is pushed, as it was some time ago; more than once. */
  | { kind: 'push'; operation: number; ageMs?: number; times?: number }
  | { kind: 'freeze'; ms: number }
  | { kind: 'clock-jump'; ms: number }
  | { kind: 'close' }
  /** The process dies, and another one resumes from tokens and checkpoints. */
  | { kind: 'crash'; downMs: number }
);
