import type { AbortSignalLike } from '../transport.js';

/** The rejection for an aborted signal: its reason itself, or an `AbortError` where a polyfill has no reason. */
export function abortReason(signal: AbortSignalLike): unknown {
  let reason: unknown;
  try {
    ({ reason } = signal);
  } catch {
    // A foreign signal. Its abort must still end the wait.
  }
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
}

const groups = new WeakMap<AbortSignalLike, ListenerGroup>();

/** The listeners of one signal. */
class ListenerGroup extends Set<() => void> {
  readonly notify = (): void => {
    let failure: { readonly error: unknown } | undefined;
    for (const listener of this) {
      try {
        listener();
      } catch (error) {
        failure ??= { error };
      }
    }
    // The failure of one listener must not silence the others.
    if (failure) throw failure.error;
  };
}

/**
 * Adds a listener for the abort of a signal. However many share a signal, the signal has one listener: Node warns of a
 * leak from the eleventh on, and thousands of waits may share one signal. A signal that is aborted by the time the listener
 * is added calls it at once.
 *
 * @param signal - undefined: the listener is never called.
 * @param listener - must be unique per registration: a function that is added twice is called once.
 */
export function addAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (!signal) return;
  let group = groups.get(signal);
  if (!group) groups.set(signal, (group = new ListenerGroup()));
  // Before the listener is added: a foreign signal may throw, or may be aborted meanwhile.
  if (group.size === 0) signal.addEventListener('abort', group.notify);
  group.add(listener);
  if (signal.aborted) listener();
}

export function removeAbortListener(signal: AbortSignalLike | undefined, listener: (() => void) | undefined): void {
  const group = signal && groups.get(signal);
  try {
    if (group?.delete(listener as () => void) && group.size === 0) signal?.removeEventListener('abort', group.notify);
  } catch {
    // A foreign signal. What waited for it must be settled all the same.
  }
}

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
