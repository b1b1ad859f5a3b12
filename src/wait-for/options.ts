import {
  assertArgument,
  assertKnownOptions,
  assertOptions,
  isFunction,
  type OptionNames,
  type OptionRules,
} from '../arguments.js';
import type { FieldOrResource } from '../custom/defaults.js';
import { readerRules, type ResourceReaders } from '../custom/options.js';
import { isPromise } from '../is-promise.js';
import type { MaybePromise } from '../many/start-options.js';
import { pollingOptionRules, type PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import { validateWaitOptions, waitOptionRules, type WaitOptions } from '../waiting/wait.js';

/** What `waitFor()` passes to a function that starts an operation. */
export interface StartCallOptions {
  /** Aborted when the wait is aborted or its time limit passes before the function has settled. */
  readonly signal: AbortSignal;
}

/**
 * The operation to wait for: the resource that the starting call returned, a name, a token, or a function that starts the
 * operation and returns one of them.
 *
 * @typeParam T - the resource.
 */
export type Start<T> = T | string | ResumeToken | StartFunction<T>;

/**
 * Starts an operation, and returns it, its name or a token.
 *
 * @typeParam T - the resource.
 */
export type StartFunction<T> = (options: StartCallOptions) => MaybePromise<T | string | ResumeToken>;

/** Keeps the token of a wait, so that the next run of the program continues it. */
interface WaitStore {
  /**
   * Saves the token before the wait, and is called with undefined once the operation is done, for the next run to start a
   * new one. Not called for an operation that was started completed. The wait begins when it has settled; what it throws is
   * thrown.
   */
  save?: ((token: ResumeToken | undefined) => unknown) | undefined;
  /**
   * Loads what was saved last: a token or a name, also as JSON text. Undefined, null, their texts and an empty one are
   * nothing: only then the operation is started. Only called where `start` is a function.
   */
  load?: (() => MaybePromise<ResumeToken | string | null | undefined>) | undefined;
}

/**
 * Options of {@link waitFor}: how to read the resource, how to poll, the limits of the wait, and where its token is kept.
 *
 * `totalTimeoutMs` includes the start. If it passes before there is an operation, the call rejects with a `TimeoutError`
 * DOMException.
 *
 * @typeParam T - the resource.
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface WaitForOptions<T, R = FieldOrResource<T, 'response'>, M = FieldOrResource<T, 'metadata'>>
  extends ResourceReaders<T, R, M>, PollingOptions<M>, WaitOptions<R, M>, WaitStore {}

const storeRules: OptionRules<WaitStore> = { save: isFunction, load: isFunction };

/** The options of {@link waitFor}, by what they are for. */
export interface WaitForParts<T, R, M> {
  readonly readers: ResourceReaders<T, R, M>;
  readonly polling: PollingOptions<M>;
  readonly wait: WaitOptions<R, M>;
  readonly store: WaitStore;
}

/**
 * Checks the options, except those that the transport checks, and takes them apart.
 *
 * @throws TypeError or RangeError if an option is invalid.
 */
export function readOptions<T, R, M>(options: WaitForOptions<T, R, M>): WaitForParts<T, R, M> {
  assertKnownOptions('wait', options, { ...readerRules, ...pollingOptionRules, ...waitOptionRules, ...storeRules });
  const readers = pick<ResourceReaders<T, R, M>>(options, readerRules);
  const polling = pick<PollingOptions<M>>(options, pollingOptionRules);
  const wait = pick<WaitOptions<R, M>>(options, waitOptionRules);
  const store = pick<WaitStore>(options, storeRules);
  validateWaitOptions(wait);
  assertOptions('wait', store, storeRules);
  return { readers, polling, wait, store };
}

/** @throws TypeError if it is not a start. */
export function assertStart(start: unknown): void {
  const isObject = typeof start === 'object' && start !== null && !isPromise(start);
  const isStart = isObject || (typeof start === 'string' && start !== '');
  const rule = 'an operation, a name, a token or a function that starts one, no promise';
  assertArgument(isStart || typeof start === 'function', 'wait', 'start', rule, start);
}

function pick<O extends object>(options: O, names: OptionNames<O>): O {
  return Object.fromEntries(Object.keys(names).map((name) => [name, options[name as keyof O]])) as O;
}
