import { assertOptions, isAtLeast, isFunction, isSignal, type OptionRules } from '../arguments.js';
import { PollingTimeoutError } from '../errors.js';
import type { CompletedOperation, Operation } from '../operation.js';
import { abortReason, removeAbortListener, addAbortListener } from '../rpc/abort.js';
import { now } from '../rpc/timer-wheel.js';
import type { AbortSignalLike } from '../transport.js';
import { isPromise } from '../is-promise.js';
import type { PollLoop } from './poll-loop.js';
import type { WaitOutcome, Waiter } from './waiter.js';

/** Options of a wait for an operation. */
export interface WaitOptions<R = unknown, M = unknown> {
  /** Aborts the wait, not the operation. The wait then rejects with the signal's own `reason`. */
  signal?: AbortSignalLike | undefined;
  /**
   * The maximum duration of the wait, in milliseconds. When it expires, the wait rejects with a
   * {@link PollingTimeoutError}; the operation keeps running.
   * @defaultValue Infinity
   */
  totalTimeoutMs?: number | undefined;
  /**
   * Called with each state of the operation: the known one first, then each change, the completed one last. If it throws
   * or rejects, this wait rejects with that error. The wait ends when the promise of the last call has settled, at the latest
   * with its limit or its signal.
   */
  onProgress?: ((operation: Operation<R, M>) => void) | undefined;
}

/** Shared by all waits without options, which need no check. */
export const noWaitOptions: WaitOptions = {};

/** The rules of {@link WaitOptions}. A limit below 0, such as a Lambda's remaining time less a margin, has expired. */
export const waitOptionRules: OptionRules<WaitOptions> = {
  signal: isSignal,
  totalTimeoutMs: isAtLeast(-Infinity),
  onProgress: isFunction,
};

/** @throws TypeError or RangeError if an option is invalid. */
export function validateWaitOptions(options: WaitOptions<never, never>): void {
  assertOptions('wait', options, waitOptionRules);
}

/** A wait that ends when the operation is done, its deadline passes or its signal aborts. */
export class Wait<R, M, T = CompletedOperation<R, M>> implements Waiter<R, M> {
  // Not `Infinity`, of which each wait would hold a copy.
  deadlineMs: number | undefined;
  previous: Waiter<R, M> | undefined;
  next: Waiter<R, M> | undefined;
  readonly wantsProgress: boolean;
  readonly #loop: PollLoop<R, M>;
  readonly #options: WaitOptions<R, M>;
  readonly #unwrap: (operation: CompletedOperation<R, M>) => T;
  readonly #resolve: (result: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onUpdate: ((operation: Operation<R, M>) => void) | undefined;
  #startMs = 0;
  #settled = false;
  #removeAbortListener: (() => void) | undefined;

  /**
   * @param unwrap - converts the completed operation to the wait's value; what it throws rejects the wait.
   * @param resolve - called with that value.
   * @param reject - called with the error otherwise.
   * @param onUpdate - called on each change of the running operation.
   */
  constructor(
    loop: PollLoop<R, M>,
    options: WaitOptions<R, M>,
    unwrap: (operation: CompletedOperation<R, M>) => T,
    resolve: (result: T) => void,
    reject: (error: unknown) => void,
    onUpdate?: (operation: Operation<R, M>) => void,
  ) {
    this.#loop = loop;
    this.#options = options;
    this.#unwrap = unwrap;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onUpdate = onUpdate;
    this.wantsProgress = (options.onProgress ?? onUpdate) !== undefined;
  }

  /** Starts waiting. */
  start(): void {
    const { signal, totalTimeoutMs } = this.#options;
    this.#listen(signal);
    if (this.#settled) return;
    this.#startMs = now();
    if (totalTimeoutMs !== undefined) this.deadlineMs = this.#startMs + Math.max(0, totalTimeoutMs);
    this.#loop.add(this, this.#startMs);
  }

  #listen(signal: AbortSignalLike | undefined): void {
    if (!signal) return;
    const onAbort = (): void => this.#leave({ error: abortReason(signal) });
    this.#removeAbortListener = () => removeAbortListener(signal, onAbort);
    addAbortListener(signal, onAbort);
  }

  /** Stops waiting without settling. */
  dispose(): void {
    if (this.#end()) this.#loop.remove(this);
  }

  /** @returns whether the wait had not ended before. */
  #end(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#removeAbortListener?.();
    return true;
  }

  onDeadline(): void {
    const elapsedMs = now() - this.#startMs;
    try {
      const { responseCount: polls, operation, token, lastFailure } = this.#loop;
      const { error: cause, attempts } = lastFailure ?? {};
      throw new PollingTimeoutError({ elapsedMs, polls, operation, token, cause, attempts });
    } catch (error) {
      // Also if the token cannot be made, because a decoder or transport throws.
      this.#leave({ error });
    }
  }

  onUpdate(operation: Operation<R, M>): void {
    if (this.#settled) return;
    try {
      const result: unknown = this.#options.onProgress?.(operation);
      if (result && isPromise(result)) result.then(undefined, (error: unknown) => this.#leave({ error }));
    } catch (error) {
      return this.#leave({ error });
    }
    this.#onUpdate?.(operation);
  }

  onOutcome(outcome: WaitOutcome<R, M>): void {
    if (this.#end()) this.#settle(outcome);
  }

  /** Ends the wait by itself, whatever the loop does. @param isNotified - whether `onProgress` has had the outcome. */
  #leave(outcome: WaitOutcome<R, M>, isNotified?: boolean): void {
    if (!this.#end()) return;
    this.#loop.remove(this);
    this.#settle(outcome, isNotified);
  }

  #settle(outcome: WaitOutcome<R, M>, isNotified?: boolean): void {
    const { operation } = outcome;
    try {
      if (!operation) throw outcome.error;
      const result: unknown = isNotified ?? this.#options.onProgress?.(operation);
      if (result && isPromise(result)) this.#settleAfter(result, outcome);
      else this.#resolve(this.#unwrap(operation));
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Settles when an async listener has: at the latest at the deadline, when the signal aborts, or when the client is closed. */
  #settleAfter(listener: PromiseLike<unknown>, outcome: WaitOutcome<R, M>): void {
    const { signal } = this.#options;
    this.#settled = false;
    // The listener itself may have aborted the signal, for other waits.
    if (!signal?.aborted) this.#listen(signal);
    this.#loop.hold(this, now());
    Promise.resolve(listener).then(
      () => this.#leave(outcome, true),
      (error: unknown) => this.#leave({ error }),
    );
  }
}

/**
 * Waits until an operation is done.
 *
 * @param unwrap - converts the completed operation to the promise's value; what it throws is a rejection.
 * @throws TypeError or RangeError if an option is invalid.
 */
export function waitUntilDone<R, M, T>(
  loop: PollLoop<R, M>,
  options: WaitOptions<R, M>,
  unwrap: (operation: CompletedOperation<R, M>) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (options !== noWaitOptions) validateWaitOptions(options);
    new Wait(loop, options, unwrap, resolve, reject).start();
  });
}
