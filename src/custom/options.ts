import { invalidArgumentMessage } from '../arguments.js';
import type { CallOptions, ListOperationsRequest } from '../transport.js';
import type { CustomError } from './status.js';

/** What goes with one call: {@link longrunning.CallOptions | CallOptions} whose signal is always there and native. */
export interface CustomCallOptions extends CallOptions {
  /** Aborted when the call is given up, its time is up or the transport is closed: hand it to `fetch`. */
  signal: AbortSignal;
}

/** A page of a list. */
export interface CustomPage<T> {
  /** The resources of this page. */
  readonly operations: readonly T[];
  /** Where the next page begins; empty or absent: this was the last one. */
  readonly nextPageToken?: string | null | undefined;
  /** What could not be reached for this page. */
  readonly unreachable?: readonly string[] | null | undefined;
}

/**
 * How to ask about operations of another form than `google.longrunning`, and how to read them.
 *
 * The verbs send one request each, pass `signal` on, and neither retry nor wait. They may throw whatever the library
 * at hand throws, or a `Response` of `fetch` that is no success.
 *
 * @typeParam T - the resource, as the service has it.
 * @typeParam R - the response, `T` itself where `response` is absent.
 * @typeParam M - the metadata, `T` itself where `metadata` is absent.
 */
export interface CustomOperationsOptions<T, R = T, M = T> {
  /** Asks for a resource. */
  get: (request: { name: string }, options: CustomCallOptions) => Promise<T>;
  /** Whether it ended, well or not: `true`. What is neither `true` nor falsy, such as a promise, is a `TypeError`. */
  done: (resource: T) => boolean;
  /**
   * What went wrong; undefined or null: nothing. It is asked only about a resource that is done.
   *
   * @defaultValue no operation fails
   */
  error?: ((resource: T) => CustomError | null | undefined) | undefined;
  /**
   * What came of a resource that ended well. No other is asked for it. If it throws, so does reading the response: an
   * {@link longrunning.UnpackError | UnpackError}.
   *
   * @defaultValue the resource itself
   */
  response?: ((resource: T) => R) | undefined;
  /**
   * What is to be known of it meanwhile. A change of it is an update; `progressPercent` and `startTime` in it tell the
   * poller when to ask next. If it throws, there is none, and `metadataError` says why.
   *
   * @defaultValue the resource itself
   */
  metadata?: ((resource: T) => M) | undefined;
  /**
   * The name to ask for it by, where it does not follow from a request: needed with `list`.
   *
   * @defaultValue the name that was asked for
   */
  name?: ((resource: T) => string) | undefined;
  /** Asks for a page of resources. Absent: UNIMPLEMENTED. */
  list?: ((request: ListOperationsRequest, options: CustomCallOptions) => Promise<CustomPage<T>>) | undefined;
  /** Asks to have it cancelled. Absent: UNIMPLEMENTED. */
  cancel?: ((request: { name: string }, options: CustomCallOptions) => Promise<unknown>) | undefined;
  /** Asks to have it forgotten. Absent: UNIMPLEMENTED. */
  delete?: ((request: { name: string }, options: CustomCallOptions) => Promise<unknown>) | undefined;
  /**
   * Asks for a resource once it is done, or after some time, such as `timeoutMs`, as it is then. Absent: the poller
   * polls.
   */
  wait?: ((request: { name: string; timeoutMs: number }, options: CustomCallOptions) => Promise<T>) | undefined;
  /** Lets go of what the verbs need. */
  close?: (() => unknown) | undefined;
  /** The host that is asked, which a resume token then remembers. */
  apiEndpoint?: string | undefined;
}

const optional = ['error', 'response', 'metadata', 'name', 'list', 'cancel', 'delete', 'wait', 'close'] as const;

/** @throws TypeError if an option makes no sense. */
export function checkOptions<T, R, M>(options: CustomOperationsOptions<T, R, M>): void {
  const refuse = (option: string, rule: string, value: unknown): never => {
    throw new TypeError(invalidArgumentMessage('adapt operations', option, rule, value));
  };
  const given: unknown = options;
  if (typeof given !== 'object' || given === null) return refuse('options', 'an object', given);
  const values = given as Readonly<Record<string, unknown>>;
  for (const option of ['get', 'done']) {
    if (typeof values[option] !== 'function') refuse(option, 'a function', values[option]);
  }
  for (const option of optional) {
    const value = values[option];
    if (value !== undefined && typeof value !== 'function') refuse(option, 'a function or absent', value);
  }
  if (options.list && !options.name) refuse('name', "a function where 'list' is given", options.name);
  const { apiEndpoint } = values;
  if (apiEndpoint !== undefined && (typeof apiEndpoint !== 'string' || apiEndpoint === '')) {
    refuse('apiEndpoint', 'a host or absent', apiEndpoint === '' ? 'an empty string' : apiEndpoint);
  }
}
