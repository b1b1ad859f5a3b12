import { abortReason, addAbortListener, removeAbortListener } from './abort.js';
import type { AbortSignalLike } from '../transport.js';

/** An abort controller that is aborted with its parent signal as well, for the same reason. */
export class LinkedAbortController {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignalLike | undefined;
  readonly #onParentAbort = (): void => this.#controller.abort(abortReason(this.#parent as AbortSignalLike));

  constructor(parent: AbortSignalLike | undefined) {
    this.#parent = parent;
    addAbortListener(parent, this.#onParentAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts the signal and unlinks it. */
  abort(reason?: unknown): void {
    this.dispose();
    this.#controller.abort(reason);
  }

  /** Removes the listener from the parent signal. */
  dispose(): void {
    removeAbortListener(this.#parent, this.#onParentAbort);
  }
}
