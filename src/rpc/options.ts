import type { AbortSignalLike, CallOptions } from '../transport.js';
import { offAbort, onAbort } from './abort.js';
import { Attempt } from './attempt.js';

// What a transport of this package makes of the options of a call.

/** Whether a client of this package passes them: it keeps the deadline itself. */
export function isAttempt(options: CallOptions): options is Attempt {
  return options instanceof Attempt;
}

/** The signal of a call; for a client of this package the cheap one. */
export function signalOf(options: CallOptions): AbortSignalLike | undefined {
  return isAttempt(options) ? options : options.signal;
}

/** Calls `action` once a call is given up. */
export function onGivenUp(signal: AbortSignalLike | undefined, action: () => void): void {
  if (signal instanceof Attempt) signal.addEventListener('abort', action);
  else onAbort(signal, action);
}

/** Stops calling `action`. */
export function offGivenUp(signal: AbortSignalLike | undefined, action: () => void): void {
  if (signal instanceof Attempt) signal.removeEventListener('abort', action);
  else offAbort(signal, action);
}
