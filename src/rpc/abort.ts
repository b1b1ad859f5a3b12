import type { AbortSignalLike } from '../transport.js';

/** What to reject with when a signal is aborted: its reason itself, or an `AbortError` where a polyfill has none. */
export function abortReason(signal: AbortSignalLike): unknown {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

const groups = new WeakMap<AbortSignalLike, ListenerGroup>();

/** Those who listen to one signal. */
class ListenerGroup extends Set<() => void> {
  readonly notify = (): void => this.forEach((listener) => listener());
}

/**
 * Calls `action` once a signal is aborted. However many share the signal, it gets one listener: Node warns of a leak
 * from the eleventh on, and thousands of waits may share one.
 *
 * @param signal - undefined: there is none, and `action` is never called.
 * @param listener - a function of the caller's own: one given twice is called once.
 */
export function addAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (!signal) return;
  let group = groups.get(signal);
  if (!group) groups.set(signal, (group = new ListenerGroup()));
  if (group.size === 0) signal.addEventListener('abort', group.notify);
  group.add(listener);
}

/** Stops calling `action`. */
export function removeAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  const group = signal && groups.get(signal);
  if (group?.delete(listener) && group.size === 0) signal?.removeEventListener('abort', group.notify);
}
