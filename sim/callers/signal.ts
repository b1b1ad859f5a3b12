import { getEventListeners } from 'node:events';
import type { AbortSignalLike } from 'longrunning';
import { CountingSignal } from '../../test/support/signals.js';

/** What aborts a call, and how many listeners it has. */
export interface Aborter {
  readonly signal: AbortSignalLike;
  /** With what an aborted call must reject; undefined: with an `AbortError`. */
  readonly reason: unknown;
  abort(): void;
  listeners(): number;
}

/** @param isPolyfill - whether the signal has no reason, as those of polyfills. */
export function makeAborter(id: number, isPolyfill = false): Aborter {
  if (isPolyfill) {
    const signal = new CountingSignal();
    return { signal, reason: undefined, abort: () => signal.abort(), listeners: () => signal.listeners };
  }
  const controller = new AbortController();
  const { signal } = controller;
  const reason = { reason: `abort ${id}` };
  return {
    signal,
    reason,
    abort: () => controller.abort(reason),
    listeners: () => getEventListeners(signal, 'abort').length,
  };
}
