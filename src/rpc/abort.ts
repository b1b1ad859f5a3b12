import type { AbortSignalLike } from '../transport.js';

/** What to reject with when a signal is aborted: its reason itself, or an `AbortError` where a polyfill has none. */
export function abortReason(signal: AbortSignalLike): unknown {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}

const fans = new WeakMap<AbortSignalLike, Fan>();

/** Those who listen to one signal. */
class Fan extends Set<() => void> {
  readonly tell = (): void => this.forEach((action) => action());
}

/**
 * Calls `action` once a signal is aborted. However many share the signal, it gets one listener: Node warns of a leak
 * from the eleventh on, and thousands of waits may share one.
 *
 * @param signal - undefined: there is none, and `action` is never called.
 * @param action - a function of the caller's own: one given twice is called once.
 */
export function onAbort(signal: AbortSignalLike | undefined, action: () => void): void {
  if (!signal) return;
  let fan = fans.get(signal);
  if (!fan) fans.set(signal, (fan = new Fan()));
  if (fan.size === 0) signal.addEventListener('abort', fan.tell);
  fan.add(action);
}

/** Stops calling `action`. */
export function offAbort(signal: AbortSignalLike | undefined, action: () => void): void {
  const fan = signal && fans.get(signal);
  if (fan?.delete(action) && fan.size === 0) signal?.removeEventListener('abort', fan.tell);
}
