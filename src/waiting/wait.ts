import { assertNumber, assertSignal } from '../arguments.js';
import { PollingTimeoutError } from '../errors.js';
import type { CompletedOperation, Operation } from '../operation.js';
import { abortReason, removeAbortListener, addAbortListener } from '../rpc/abort.js';
import { now } from '../rpc/timer-wheel.js';
import type { AbortSignalLike } from '../transport.js';
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
   * Called with each state of the operation: the known one first, then each change, the completed one last. If it
   * throws, this wait rejects with what it threw.
   */
  onProgress?: ((operation: Operation<R, M>) => void) | undefined;
}

/** A wait that ends when the operation is done, its deadline passes or its signal aborts. */
export class Wait<R, M, T = CompletedOperation<R, M>> implements Waiter<R, M> {
  deadlineMs = Infinity;
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

  /**
   * Starts waiting.
   *
   * @throws TypeError or RangeError if an option is invalid.
   */
  start(): void {
    const { signal, totalTimeoutMs } = this.#options;
    if (totalTimeoutMs !== undefined) assertNumber('wait', 'totalTimeoutMs', totalTimeoutMs, 0);
    if (signal !== undefined) {
      assertSignal('wait', signal);
      const onAbort = (): void => this.#leaveWith(abortReason(signal));
      if (signal.aborted) return onAbort();
      addAbortListener(signal, onAbort);
      this.#removeAbortListener = () => removeAbortListener(signal, onAbort);
    }
    this.#startMs = now();
    if (totalTimeoutMs !== undefined) this.deadlineMs = this.#startMs + totalTimeoutMs;
    this.#loop.add(this, this.#startMs);
  }

  /** Stops waiting without settling. */
  dispose(): void {
    this.#settled = true;
    this.#loop.remove(this);
    this.#removeAbortListener?.();
  }

  #leaveWith(error: unknown): void {
    this.#loop.remove(this);
    this.onOutcome({ error });
  }

  onDeadline(): void {
    const { responseCount: polls, operation, token } = this.#loop;
    const elapsedMs = now() - this.#startMs;
    this.#leaveWith(new PollingTimeoutError({ elapsedMs, polls, operation, token }));
  }

  onUpdate(operation: Operation<R, M>): void {
    if (this.#settled) return;
    try {
      this.#options.onProgress?.(operation);
    } catch (error) {
      return this.#leaveWith(error);
    }
    this.#onUpdate?.(operation);
  }

  onOutcome(outcome: WaitOutcome<R, M>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#removeAbortListener?.();
    try {
      if (!outcome.operation) throw outcome.error;
      this.#options.onProgress?.(outcome.operation);
      this.#resolve(this.#unwrap(outcome.operation));
    } catch (error) {
      this.#reject(error);
    }
  }
}

/**
 * Waits until an operation is done.
 *
 * @param unwrap - converts the completed operation to the promise's value; what it throws is a rejection.
 */
export function waitUntilDone<R, M, T>(
  loop: PollLoop<R, M>,
  options: WaitOptions<R, M>,
  unwrap: (operation: CompletedOperation<R, M>) => T,
): Promise<T> {
  return new Promise((resolve, reject) => new Wait(loop, options, unwrap, resolve, reject).start());
}
