import type { AbortSignalLike } from '../transport.js';
import { abortReason, removeAbortListener, addAbortListener } from './abort.js';
import type { CallSpec } from './call-spec.js';
import { RpcCall } from './rpc-call.js';

/**
 * Asks once, with all the retries.
 *
 * @throws {@link RequestError} when it failed for good.
 * @throws the signal's reason when it is aborted, in whatever phase it is.
 */
export function runCall<T>(rpc: CallSpec<T>, signal: AbortSignalLike | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => {
      removeAbortListener(signal, onAbort);
      reject(error);
    };
    const onResponse = (answer: T): void => {
      removeAbortListener(signal, onAbort);
      resolve(answer);
    };
    const single = new RpcCall({ onResponse, onError }, rpc);
    const onAbort = (): void => {
      const reason = abortReason(signal as AbortSignalLike);
      onError(reason);
      single.abort(reason);
    };
    if (signal?.aborted) return onAbort();
    addAbortListener(signal, onAbort);
    single.start();
  });
}
