import type { AbortSignalLike, CallOptions } from '../transport.js';
import { removeAbortListener, addAbortListener } from './abort.js';
import { CallAttempt } from './call-attempt.js';

// How this package's own transports read call options.

/** The default deadline of one RPC, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** How much longer than the server's part of WaitOperation its deadline is, in milliseconds. */
export const waitDeadlineMarginMs = 10_000;

/** Whether the options come from this package's client, which enforces the deadline itself. */
export function isInternalCall(options: CallOptions): options is CallAttempt {
  return options instanceof CallAttempt;
}

/** The signal of a call: the attempt itself if the options come from this package's client. */
export function callSignal(options: CallOptions): AbortSignalLike | undefined {
  return isInternalCall(options) ? options : options.signal;
}

/** Adds a listener for the abort of a call. */
export function addCallAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (signal instanceof CallAttempt) signal.addEventListener('abort', listener);
  else addAbortListener(signal, listener);
}

export function removeCallAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (signal instanceof CallAttempt) signal.removeEventListener('abort', listener);
  else removeAbortListener(signal, listener);
}
