import type { AbortSignalLike } from '../transport.js';
import { abortReason, offAbort, onAbort } from './abort.js';
import { Call, type Rpc } from './call.js';

/**
 * Asks once, with all the retries.
 *
 * @throws {@link RequestError} when it failed for good.
 * @throws the signal's reason when it is aborted, in whatever phase it is.
 */
export function call<T>(rpc: Rpc<T>, signal: AbortSignalLike | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      offAbort(signal, giveUp);
      reject(error);
    };
    const answered = (answer: T): void => {
      offAbort(signal, giveUp);
      resolve(answer);
    };
    const single = new Call({ onResponse: answered, onError: fail }, rpc);
    const giveUp = (): void => {
      const reason = abortReason(signal as AbortSignalLike);
      fail(reason);
      single.abort(reason);
    };
    if (signal?.aborted) return giveUp();
    onAbort(signal, giveUp);
    single.start();
  });
}
