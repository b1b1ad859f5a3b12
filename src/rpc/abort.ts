import type { AbortSignalLike } from '../transport.js';

/** What to reject with when a signal is aborted: its reason itself, or an `AbortError` where a polyfill has none. */
export function abortReason(signal: AbortSignalLike): unknown {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

const fans = new WeakMap<AbortSignalLike, { readonly actions: Set<() => void>; readonly listener: () => void }>();

/**
 * Calls `action` once a signal is aborted. However many share the signal, it gets one listener: Node warns of a leak
 * from the eleventh on, and thousands of waits may share one.
 *
 * @param action - a function of the caller's own: one given twice is called once.
 * @returns stops listening.
 */
export function onAbort(signal: AbortSignalLike, action: () => void): () => void {
  if (signal instanceof OwnSignal) {
    signal.addEventListener('abort', action);
    return () => signal.removeEventListener();
  }
  let fan = fans.get(signal);
  if (!fan) {
    const actions = new Set<() => void>();
    fan = { actions, listener: () => actions.forEach((one) => one()) };
    fans.set(signal, fan);
  }
  const { actions, listener } = fan;
  if (actions.size === 0) signal.addEventListener('abort', listener);
  actions.add(action);
  return () => {
    if (actions.delete(action) && actions.size === 0) signal.removeEventListener('abort', listener);
  };
}

/** For those who have no signal. */
export const neverAborted: AbortSignalLike = {
  aborted: false,
  addEventListener: () => {},
  removeEventListener: () => {},
};

/** A signal that this package aborts itself. It has one listener at a time and costs little beside an AbortSignal. */
export class OwnSignal implements AbortSignalLike {
  aborted = false;
  #listener: (() => void) | undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  abort(): void {
    this.aborted = true;
    this.#listener?.();
  }
}
