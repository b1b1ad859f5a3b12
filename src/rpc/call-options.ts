import type { AbortSignalLike, CallOptions } from '../transport.js';
import { removeAbortListener, addAbortListener } from './abort.js';

// How this package's own transports read call options.

/** The default deadline of one RPC, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** How much longer than the server's part of WaitOperation its deadline is, in milliseconds. */
export const waitDeadlineMarginMs = 10_000;

/** Marks the options that this package's client passes to a transport, which are the signal of the call as well. */
export const internalCall = Symbol('internalCall');

interface InternalCall extends CallOptions, AbortSignalLike {
  readonly [internalCall]: InternalCall;
}

function isInternal(value: object | undefined): value is InternalCall {
  return value !== undefined && internalCall in value;
}

/** Whether the options come from this package's client, which enforces the deadline itself. */
export function isInternalCall(options: CallOptions): options is InternalCall {
  return isInternal(options);
}

/** The signal of a call: the options themselves if they come from this package's client. */
export function callSignal(options: CallOptions): AbortSignalLike | undefined {
  return isInternal(options) ? options : options.signal;
}

/** Adds a listener for the abort of a call. */
export function addCallAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (isInternal(signal)) signal.addEventListener('abort', listener);
  else addAbortListener(signal, listener);
}

export function removeCallAbortListener(signal: AbortSignalLike | undefined, listener: () => void): void {
  if (isInternal(signal)) signal.removeEventListener('abort', listener);
  else removeAbortListener(signal, listener);
}
