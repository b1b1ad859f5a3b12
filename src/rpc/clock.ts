import type { AbortSignalLike } from '../transport.js';

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
    const end = (): void => {
      stopTimer();
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      end();
      reject(abortReason(signal));
    };
    const stopTimer = startTimer(ms, () => {
      end();
      resolve();
    });
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

/** What to reject with when a signal is aborted: its reason itself, or an `AbortError` where a polyfill has none. */
export function abortReason(signal: AbortSignalLike): unknown {
  return signal.reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : signal.reason;
}
