import type { AbortSignalLike } from '../transport.js';
import { abortReason, offAbort, onAbort } from './abort.js';
import { Call, type Asker, type Rpc } from './call.js';

/** A call as a promise, which rejects when it is given up. */
export class SingleCall<T> extends Call<T> {
  readonly promise: Promise<T>;
  readonly #reject: (error: unknown) => void;

  constructor(rpc: Rpc<T>) {
    let asker!: Asker<T>;
    const promise = new Promise<T>((answered, fail) => (asker = { answered, fail }));
    super(rpc, asker);
    this.promise = promise;
    this.#reject = asker.fail;
  }

  override abort(reason: unknown): void {
    this.#reject(reason);
    super.abort(reason);
  }
}

/**
 * Asks once, with all the retries.
 *
 * @throws {@link RequestError} when it failed for good.
 * @throws the signal's reason when it is aborted, in whatever phase it is.
 */
export function call<T>(rpc: Rpc<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal?.aborted) return Promise.reject(abortReason(signal));
  const single = new SingleCall(rpc);
  const giveUp = (): void => {
    offAbort(signal, giveUp);
    single.abort(abortReason(signal as AbortSignalLike));
  };
  onAbort(signal, giveUp);
  single.start();
  return signal ? single.promise.finally(() => offAbort(signal, giveUp)) : single.promise;
}
