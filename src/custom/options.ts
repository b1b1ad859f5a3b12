import { assertArgument, assertOptions, isFunction, type OptionRule, type OptionRules } from '../arguments.js';
import type { CallOptions, ListOperationsRequest } from '../transport.js';
import type { FieldOrResource } from './defaults.js';
import type { CustomError } from './status.js';

/** The options of one call: {@link longrunning.CallOptions | CallOptions} with a native signal. */
export interface CustomCallOptions extends CallOptions {
  /** Aborted when the call is aborted, its deadline expires or the transport is closed. Pass it to `fetch`. */
  signal: AbortSignal;
}

/** A page of a list. */
export interface CustomPage<T> {
  /** The resources of this page. */
  readonly operations: readonly T[];
  /** The token of the next page; empty or absent if this is the last one. */
  readonly nextPageToken?: string | null | undefined;
  /** The locations or resources that could not be reached for this page. */
  readonly unreachable?: readonly string[] | null | undefined;
}

/**
 * How to read a resource. Without a function the fields of `google.longrunning` are read, or those of Compute Engine. What
 * `done`, `error`, `name` or `interrupted` throws ends the wait with a
 * {@link longrunning.MalformedOperationError | MalformedOperationError}, whose `cause` it is.
 *
 * @typeParam T - the resource, as the service has it.
 * @typeParam R - the response; where `response` is absent, the field `response` of `T`, or else `T` itself.
 * @typeParam M - the metadata; where `metadata` is absent, the field `metadata` of `T`, or else `T` itself.
 */
export interface ResourceReaders<T, R = FieldOrResource<T, 'response'>, M = FieldOrResource<T, 'metadata'>> {
  /**
   * Whether the operation has completed, successfully or not. A value that is neither `true` nor falsy, such as a promise, is
   * a `TypeError`.
   *
   * Without this function, three responses in a row that do not say whether the operation is done are a
   * {@link longrunning.MalformedOperationError | MalformedOperationError}.
   *
   * @defaultValue the field `done`, or else whether the field `status` is `'DONE'`
   */
  done?: ((resource: T) => boolean) | undefined;
  /**
   * The error of a completed operation; undefined or null if it succeeded. Only called with a resource that is done. With
   * `() => undefined` no operation fails.
   *
   * @defaultValue the field `error`, with Compute Engine's `httpErrorStatusCode`; without a response also the list `errors`, or
   * a `status` or `state` such as `'FAILED'` or `'CANCELLED'`
   */
  error?: ((resource: T) => CustomError | null | undefined) | undefined;
  /**
   * The response of an operation that succeeded. Only called with such a resource. If it throws, reading the response fails
   * with an {@link longrunning.UnpackError | UnpackError}.
   *
   * @defaultValue the field `response`; the resource itself if it has no such field
   */
  response?: ((resource: T) => R) | undefined;
  /**
   * The metadata. A change of it is an update; its `progressPercent` and `startTime` adjust the polling schedule. If it
   * throws, the metadata are undefined, and `metadataError` has the reason.
   *
   * @defaultValue the field `metadata`; the resource itself if it has no such field
   */
  metadata?: ((resource: T) => M) | undefined;
  /**
   * The name of a resource that was not requested by name: in a list, or from the call that started the work.
   *
   * @defaultValue the field `name`
   */
  name?: ((resource: T) => string) | undefined;
  /**
   * The delay until the next poll that the service requested with a running resource, in milliseconds; undefined if it
   * requested none. No poll is sent before it. A function that throws, or returns no positive number, is ignored.
   *
   * @defaultValue the `Retry-After` in `headers` of the resource, if it is the response of an HTTP library
   */
  pollAfterMs?: ((resource: T) => number | null | undefined) | undefined;
  /**
   * What a running operation has stopped for, such as a question; undefined, null or false if it has not stopped.
   * `updates()` yields such a state, with this value as `operation.raw.interruption`. For `promise()` and `pollUntilDone()`
   * see `onInterrupted`.
   *
   * @defaultValue no operation stops
   */
  interrupted?: ((resource: T) => unknown) | undefined;
  /**
   * Called when `promise()`, `pollUntilDone()` or `waitFor()` finds that the operation has stopped, to send the input that it
   * needs. The wait continues meanwhile. It is called again only for a poll that was sent after the last call had settled. If
   * it throws or rejects, the wait rejects with that error. Absent: the wait rejects with an
   * {@link longrunning/custom.OperationInterruptedError | OperationInterruptedError}, and a further wait continues.
   */
  onInterrupted?: ((resource: T, context: InterruptedContext) => unknown) | undefined;
}

/** The wait that found that an operation has stopped. */
export interface InterruptedContext {
  /** The operation's name. */
  readonly name: string;
  /** Aborted when no wait of the poller is left. */
  readonly signal: AbortSignal;
}

/**
 * How to request operations of another form than `google.longrunning`, and how to read them.
 *
 * `get`, `list`, `cancel`, `delete` and `wait` send one request each, pass `signal` on, and neither retry nor wait. They may
 * throw the errors of any HTTP or gRPC library, or a `Response` of `fetch` that is not a success.
 *
 * @typeParam T - the resource, as the service has it.
 * @typeParam R - the response; where `response` is absent, the field `response` of `T`, or else `T` itself.
 * @typeParam M - the metadata; where `metadata` is absent, the field `metadata` of `T`, or else `T` itself.
 */
export interface CustomOperationsOptions<
  T,
  R = FieldOrResource<T, 'response'>,
  M = FieldOrResource<T, 'metadata'>,
> extends ResourceReaders<T, R, M> {
  /** Gets a resource. */
  get: (request: { name: string }, options: CustomCallOptions) => Promise<T>;
  /** Gets a page of resources. Absent: UNIMPLEMENTED. */
  list?: ((request: ListOperationsRequest, options: CustomCallOptions) => Promise<CustomPage<T>>) | undefined;
  /** Requests cancellation. Absent: UNIMPLEMENTED. */
  cancel?: ((request: { name: string }, options: CustomCallOptions) => Promise<unknown>) | undefined;
  /** Deletes the operation's record. Absent: UNIMPLEMENTED. */
  delete?: ((request: { name: string }, options: CustomCallOptions) => Promise<unknown>) | undefined;
  /**
   * Gets a resource when it is done, or after a time limit, such as `timeoutMs`, in the state that it has then. Absent: the
   * poller polls.
   */
  wait?: ((request: { name: string; timeoutMs: number }, options: CustomCallOptions) => Promise<T>) | undefined;
  /** Releases resources used by the callbacks. */
  close?: (() => unknown) | undefined;
  /** The host that requests are sent to. A resume token stores it. */
  apiEndpoint?: string | undefined;
}

/** The rules of {@link ResourceReaders}. */
export const readerRules: OptionRules<ResourceReaders<unknown>> = {
  done: isFunction,
  error: isFunction,
  response: isFunction,
  metadata: isFunction,
  name: isFunction,
  pollAfterMs: isFunction,
  interrupted: isFunction,
  onInterrupted: isFunction,
};

const isHost: OptionRule = (action, option, value) =>
  assertArgument(typeof value === 'string' && value !== '', action, option, 'a host', value);

const optionRules: OptionRules<CustomOperationsOptions<unknown>> = {
  ...readerRules,
  get: isFunction,
  list: isFunction,
  cancel: isFunction,
  delete: isFunction,
  wait: isFunction,
  close: isFunction,
  apiEndpoint: isHost,
};

/** @throws TypeError if an option is invalid. */
export function checkOptions<T, R, M>(options: CustomOperationsOptions<T, R, M>): void {
  const action = 'adapt operations';
  assertOptions(action, options, optionRules);
  isFunction(action, 'get', options.get);
}
