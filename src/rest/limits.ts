import { abortReason } from '../rpc/abort.js';
import { removeCallAbortListener, addCallAbortListener } from '../rpc/call-options.js';
import type { AbortSignalLike } from '../transport.js';

const maxTimeoutMs = 2 ** 31 - 1;

/** What can end a call before its work is done. */
export interface CallLimits {
  readonly signal: AbortSignalLike | undefined;
  readonly timeoutMs: number;
  /** What to reject with when the time is up. */
  readonly timeoutError: () => unknown;
  /** What to reject with when the transport is closed. */
  readonly closedError: () => unknown;
  /** Where a call leaves, for as long as it runs, what closing the transport must do to it. */
  readonly activeCalls: Set<() => void>;
}

/**
 * Does `work` within limits: when one is reached, the promise rejects at once, whether or not `work` heeds the signal
 * that it is given. Afterwards no timer and no listener is left.
 *
 * @throws the signal's own reason, or an `AbortError` where a polyfill's signal has none; what `timeoutError` or
 * `closedError` gives; what `work` rejects with.
 */
export async function runWithLimits<T>(limits: CallLimits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs, timeoutError, closedError, activeCalls } = limits;
  if (signal?.aborted === true) throw abortReason(signal);
  if (timeoutMs <= 0) throw timeoutError();

  const controller = new AbortController();
  let stop!: (reason: unknown) => void;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  const onClose = (): void => stop(closedError());
  const timer = setTimeout(() => stop(timeoutError()), Math.min(timeoutMs, maxTimeoutMs));
  const onAborted = (): void => stop(abortReason(signal as AbortSignalLike));
  addCallAbortListener(signal, onAborted);
  activeCalls.add(onClose);
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    removeCallAbortListener(signal, onAborted);
    activeCalls.delete(onClose);
  }
}
