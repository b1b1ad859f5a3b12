import { invalidArgumentMessage, assertNumber, assertSignal } from '../arguments.js';
import { abortReason, removeAbortListener, addAbortListener } from '../rpc/abort.js';
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
export function validateOptions(action: string, options: GroupOptions & { onProgress?: unknown }): void {
  const { signal, totalTimeoutMs = Infinity, onProgress } = options;
  assertNumber(action, 'totalTimeoutMs', totalTimeoutMs, 0);
  assertSignal(action, signal);
  requireFunction(action, 'onProgress', onProgress);
}

/** @throws TypeError if an option is neither absent nor a function. */
export function requireFunction(action: string, option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(invalidArgumentMessage(action, option, 'a function', value));
  }
}

/** Waits that are stopped together: by the caller's signal, or because no more of them is wanted. */
export class LinkedAbortController {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignalLike | undefined;
  readonly #onParentAbort = (): void => this.#controller.abort(abortReason(this.#parent as AbortSignalLike));

  constructor(outer: AbortSignalLike | undefined) {
    this.#parent = outer;
    if (outer?.aborted) this.#onParentAbort();
    else addAbortListener(outer, this.#onParentAbort);
  }

  /** Aborted with the caller's reason, or when it is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets go of the caller's signal. */
  dispose(): void {
    removeAbortListener(this.#parent, this.#onParentAbort);
  }

  /** Stops the waits that are left, and lets go of the caller's signal. */
  abort(reason?: unknown): void {
    this.dispose();
    this.#controller.abort(reason);
  }
}
