import type { AbortSignalLike } from '../transport.js';
import { abortReason, offAbort, onAbort } from './abort.js';

/**
 * Milliseconds on a clock that never jumps. Whole ones, which is as fine as timers are: an object holds them without a
 * second object for each.
 */
export function now(): number {
  return Math.round(performance.now());
}

/** The longest that setTimeout() can wait, in milliseconds; beyond it, it fires at once. */
export const maxTimeoutMs = 2 ** 31 - 1;

/**
 * Calls `action` after `ms` milliseconds, however many they are; never for `Infinity`.
 *
 * @returns stops it.
 */
export function startTimer(ms: number, action: () => void): () => void {
  if (ms === Infinity) return () => {};
  const restMs = ms - maxTimeoutMs;
  let stopRest: (() => void) | undefined;
  const handle =
    restMs > 0 ? setTimeout(() => (stopRest = startTimer(restMs, action)), maxTimeoutMs) : setTimeout(action, ms);
  return () => {
    clearTimeout(handle);
    stopRest?.();
  };
}

/**
 * Calls `late` after `ms` milliseconds, or `aborted` with the reason once the signal is, whichever comes first. What
 * comes first takes the timer and the listener away.
 *
 * @returns takes them away.
 */
export function watch(
  ms: number,
  signal: AbortSignalLike | undefined,
  late: () => void,
  aborted: (reason: unknown) => void,
): () => void {
  const stop = (): void => {
    stopTimer();
    offAbort(signal, onAborted);
  };
  const onAborted = (): void => {
    stop();
    aborted(abortReason(signal as AbortSignalLike));
  };
  const stopTimer = startTimer(ms, () => {
    stop();
    late();
  });
  onAbort(signal, onAborted);
  return stop;
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
export function delay(ms: number, signal?: AbortSignalLike): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(abortReason(signal));
    else watch(ms, signal, resolve, reject);
  });
}
