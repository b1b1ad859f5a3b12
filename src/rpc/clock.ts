import type { AbortSignalLike } from '../transport.js';
import { abortReason, onAbort } from './abort.js';

/** Milliseconds on a clock that never jumps. */
export function now(): number {
  return performance.now();
}

// The longest that setTimeout() can wait; beyond it, it fires at once.
const maxTimeoutMs = 2 ** 31 - 1;

/**
 * Calls `action` after `ms` milliseconds, however many they are; never for `Infinity`.
 *
 * @returns stops it.
 */
export function startTimer(ms: number, action: () => void): () => void {
  if (ms <= maxTimeoutMs) {
    const handle = setTimeout(action, ms);
    return () => clearTimeout(handle);
  }
  const endMs = now() + ms;
  let handle: ReturnType<typeof setTimeout>;
  const next = (): void => {
    const leftMs = endMs - now();
    handle = leftMs > maxTimeoutMs ? setTimeout(next, maxTimeoutMs) : setTimeout(action, leftMs);
  };
  next();
  return () => clearTimeout(handle);
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
export function delay(ms: number, signal: AbortSignalLike): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const stopListening = onAbort(signal, () => {
      stopListening();
      stopTimer();
      reject(abortReason(signal));
    });
    const stopTimer = startTimer(ms, () => {
      stopListening();
      resolve();
    });
  });
}
