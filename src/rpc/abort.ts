import type { AbortSignalLike } from '../transport.js';

/** The rejection for an aborted signal: its reason itself, or an `AbortError` where a polyfill has no reason. */
export function abortReason(signal: AbortSignalLike): unknown {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

const groups = new WeakMap<AbortSignalLike, ListenerGroup>();

/** The listeners of one signal. */
class ListenerGroup extends Set<() => void> {
  readonly notify = (): void => this.forEach((listener) => listener());
}

/**
 * Adds a listener for the abort of a signal. However many share a signal, the signal has one listener: Node warns of a
 * leak from the eleventh on, and thousands of waits may share one signal.
 *
 * @param signal - undefined: the listener is never called.
 * @param listener - must be unique per registration: a function that is added twice is called once.
 */
export function addAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (!signal) return;
  let group = groups.get(signal);
  if (!group) groups.set(signal, (group = new ListenerGroup()));
  if (group.size === 0) signal.addEventListener('abort', group.notify);
  group.add(listener);
}

export function removeAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  const group = signal && groups.get(signal);
  if (group?.delete(listener) && group.size === 0) signal?.removeEventListener('abort', group.notify);
}
