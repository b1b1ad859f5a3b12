import { abortReason } from '../rpc/abort.js';
import { offGivenUp, onGivenUp } from '../rpc/options.js';
import type { AbortSignalLike } from '../transport.js';

const longestTimer = 2 ** 31 - 1;

/** What can end a call before its work is done. */
export interface Limits {
  readonly signal: AbortSignalLike | undefined;
  readonly timeoutMs: number;
  /** What to reject with when the time is up. */
  readonly timeoutError: () => unknown;
  /** What to reject with when the transport is closed. */
  readonly closedError: () => unknown;
  /** Where a call leaves, for as long as it runs, what closing the transport must do to it. */
  readonly running: Set<() => void>;
}

/**
 * Does `work` within limits: when one is reached, the promise rejects at once, whether or not `work` heeds the signal
 * that it is given. Afterwards no timer and no listener is left.
 *
 * @throws the signal's own reason, or an `AbortError` where a polyfill's signal has none; what `timeoutError` or
 * `closedError` gives; what `work` rejects with.
 */
export async function runWithin<T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs, timeoutError, closedError, running } = limits;
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
  const timer = setTimeout(() => stop(timeoutError()), Math.min(timeoutMs, longestTimer));
  const onAborted = (): void => stop(abortReason(signal as AbortSignalLike));
  onGivenUp(signal, onAborted);
  running.add(onClose);
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    offGivenUp(signal, onAborted);
    running.delete(onClose);
  }
}
