import type { AbortSignalLike, CallOptions } from '../transport.js';
import { removeAbortListener, addAbortListener } from './abort.js';
import { CallAttempt } from './call-attempt.js';

// What a transport of this package makes of the options of a call.

/** Whether a client of this package passes them: it keeps the deadline itself. */
export function isInternalCall(options: CallOptions): options is CallAttempt {
  return options instanceof CallAttempt;
}

/** The signal of a call; for a client of this package the cheap one. */
export function callSignal(options: CallOptions): AbortSignalLike | undefined {
  return isInternalCall(options) ? options : options.signal;
}

/** Calls `action` once a call is given up. */
export function addCallAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (signal instanceof CallAttempt) signal.addEventListener('abort', listener);
  else addAbortListener(signal, listener);
}

/** Stops calling `action`. */
export function removeCallAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (signal instanceof CallAttempt) signal.removeEventListener('abort', listener);
  else removeAbortListener(signal, listener);
}
