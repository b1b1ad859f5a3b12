import { assertNumber, assertSignal } from '../arguments.js';
import { PollingTimeoutError } from '../errors.js';
import type { CompletedOperation, Operation } from '../operation.js';
import { abortReason, removeAbortListener, addAbortListener } from '../rpc/abort.js';
import { now } from '../rpc/timer-wheel.js';
import type { AbortSignalLike } from '../transport.js';
import type { PollLoop } from './poll-loop.js';
import type { WaitOutcome, Waiter } from './waiter.js';

/** How one waits for an operation. */
export interface WaitOptions<R = unknown, M = unknown> {
  /** Stops the waiting, not the operation; the wait then rejects with the signal's own `reason`. */
  signal?: AbortSignalLike | undefined;
  /**
   * How long to wait, in milliseconds; then the wait rejects with a {@link PollingTimeoutError} while the operation
   * goes on.
   * @defaultValue Infinity
   */
  totalTimeoutMs?: number | undefined;
  /**
   * Called with each change of the operation's state that is seen, beginning with the state that is known and ending
   * with the completed one. If it throws, this wait rejects with what it threw.
   */
  onProgress?: ((operation: Operation<R, M>) => void) | undefined;
}

/** One who waits for an operation until it ends, the time is used up or the signal is aborted, whichever comes first. */
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
  #stopListening: (() => void) | undefined;

  /**
   * @param unwrap - makes of the completed operation what the wait resolves with; what it throws is a rejection.
   * @param resolve - hears of that.
   * @param reject - hears why the wait ended without it.
   * @param onUpdate - hears of each change of an operation that runs.
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
   * Begins to wait.
   *
   * @throws TypeError or RangeError if an option makes no sense.
   */
  start(): void {
    const { signal, totalTimeoutMs } = this.#options;
    if (totalTimeoutMs !== undefined) assertNumber('wait', 'totalTimeoutMs', totalTimeoutMs, 0);
    if (signal !== undefined) {
      assertSignal('wait', signal);
      const onAborted = (): void => this.#giveUp(abortReason(signal));
      if (signal.aborted) return onAborted();
      addAbortListener(signal, onAborted);
      this.#stopListening = () => removeAbortListener(signal, onAborted);
    }
    this.#startMs = now();
    if (totalTimeoutMs !== undefined) this.deadlineMs = this.#startMs + totalTimeoutMs;
    this.#loop.add(this, this.#startMs);
  }

  /** Stops waiting, without an outcome. */
  dispose(): void {
    this.#settled = true;
    this.#loop.remove(this);
    this.#stopListening?.();
  }

  #giveUp(error: unknown): void {
    this.#loop.remove(this);
    this.onOutcome({ error });
  }

  onDeadline(): void {
    const { responseCount: polls, operation, token } = this.#loop;
    const elapsedMs = now() - this.#startMs;
    this.#giveUp(new PollingTimeoutError({ elapsedMs, polls, operation, token }));
  }

  onUpdate(operation: Operation<R, M>): void {
    if (this.#settled) return;
    try {
      this.#options.onProgress?.(operation);
    } catch (error) {
      return this.#giveUp(error);
    }
    this.#onUpdate?.(operation);
  }

  onOutcome(outcome: WaitOutcome<R, M>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopListening?.();
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
 * Waits for the end of an operation.
 *
 * @param unwrap - makes of the completed operation what to resolve with; what it throws is a rejection.
 */
export function waitFor<R, M, T>(
  loop: PollLoop<R, M>,
  options: WaitOptions<R, M>,
  unwrap: (operation: CompletedOperation<R, M>) => T,
): Promise<T> {
  return new Promise((resolve, reject) => new Wait(loop, options, unwrap, resolve, reject).start());
}
