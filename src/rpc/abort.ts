import type { AbortSignalLike, CallOptions } from '../transport.js';

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
  if (signal instanceof OwnSignal) return signal.addEventListener('abort', action);
  let fan = fans.get(signal);
  if (!fan) fans.set(signal, (fan = new Fan()));
  if (fan.size === 0) signal.addEventListener('abort', fan.tell);
  fan.add(action);
}

/** Stops calling `action`. */
export function offAbort(signal: AbortSignalLike | undefined, action: () => void): void {
  if (signal instanceof OwnSignal) return signal.removeEventListener('abort', action);
  const fan = signal && fans.get(signal);
  if (fan?.delete(action) && fan.size === 0) signal?.removeEventListener('abort', fan.tell);
}

/** A signal that this package aborts itself. It costs little beside an AbortSignal. */
export class OwnSignal implements AbortSignalLike {
  #aborted = false;
  #reason: unknown;
  #listeners: readonly (() => void)[] = none;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }

  abort(reason?: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
  }
}

const none: readonly never[] = [];

/**
 * The signal of a call, for a transport of this package: the options that its client passes are a signal themselves, and
 * make one of the platform's, which costs far more, for those who ask for `signal`.
 */
export function signalOf(options: CallOptions): AbortSignalLike | undefined {
  return isAttempt(options) ? options : options.signal;
}

/** Whether options are those that a client of this package passes: it keeps the deadline itself. */
export function isAttempt(options: CallOptions): options is CallOptions & OwnSignal {
  return options instanceof OwnSignal;
}
