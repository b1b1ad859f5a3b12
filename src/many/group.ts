import { refusal, requireNumber, requireSignal } from '../arguments.js';
import { abortReason, offAbort, onAbort } from '../rpc/abort.js';
import type { AbortSignalLike } from '../transport.js';

/** How one waits for many operations. */
export interface GroupOptions {
  /** Stops all the waiting, not the operations; its own `reason` is what is thrown then. */
  signal?: AbortSignalLike | undefined;
  /**
   * How long to wait for all of them together, in milliseconds; each wait that is not over then comes to a
   * `PollingTimeoutError` while its operation goes on.
   * @defaultValue Infinity
   */
  totalTimeoutMs?: number | undefined;
}

/** How one waits for pollers together. */
export interface WaitManyOptions<Operation> extends GroupOptions {
  /**
   * Called with each change of an operation's state that is seen, beginning with the state that is known and ending
   * with the completed one, and the place of its poller. If it throws, the wait for that operation fails with what it
   * threw.
   */
  onProgress?: ((operation: Operation, index: number) => void) | undefined;
}

/**
 * Checks the options of a group.
 *
 * @throws TypeError or RangeError if one makes no sense.
 */
export function checkGroup(action: string, options: GroupOptions & { onProgress?: unknown }): void {
  const { signal, totalTimeoutMs = Infinity, onProgress } = options;
  requireNumber(action, 'totalTimeoutMs', totalTimeoutMs, 0);
  requireSignal(action, signal);
  requireFunction(action, 'onProgress', onProgress);
}

/** @throws TypeError if an option is neither absent nor a function. */
export function requireFunction(action: string, option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(refusal(action, option, 'a function', value));
  }
}

/** Waits that are stopped together: by the caller's signal, or because no more of them is wanted. */
export class Group {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignalLike | undefined;
  readonly #forward = (): void => this.#controller.abort(abortReason(this.#outer as AbortSignalLike));

  constructor(outer: AbortSignalLike | undefined) {
    this.#outer = outer;
    if (outer?.aborted) this.#forward();
    else onAbort(outer, this.#forward);
  }

  /** Aborted with the caller's reason, or when it is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets go of the caller's signal. */
  release(): void {
    offAbort(this.#outer, this.#forward);
  }

  /** Stops the waits that are left, and lets go of the caller's signal. */
  end(reason?: unknown): void {
    this.release();
    this.#controller.abort(reason);
  }
}
