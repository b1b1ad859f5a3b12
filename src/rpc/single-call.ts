import type { AbortSignalLike } from '../transport.js';
import { abortReason, offAbort, onAbort } from './abort.js';
import { Call, type Rpc } from './call.js';

/** An RPC that somebody asks for by itself. */
export type SingleRpc<T> = Omit<Rpc<T>, 'answered' | 'failed' | 'fail'>;

/** A call as a promise, which rejects when it is given up. */
export class SingleCall<T> extends Call<T> {
  readonly promise: Promise<T>;
  readonly #reject: (error: unknown) => void;

  constructor(rpc: SingleRpc<T>) {
    let settle!: Pick<Rpc<T>, 'answered' | 'fail'>;
    const promise = new Promise<T>((answered, fail) => (settle = { answered, fail }));
    super({ ...rpc, ...settle });
    this.promise = promise;
    this.#reject = settle.fail;
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
export async function call<T>(rpc: SingleRpc<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal?.aborted) throw abortReason(signal);
  const single = new SingleCall(rpc);
  const giveUp = (): void => {
    offAbort(signal, giveUp);
    single.abort(abortReason(signal as AbortSignalLike));
  };
  onAbort(signal, giveUp);
  try {
    single.start();
    return await single.promise;
  } finally {
    offAbort(signal, giveUp);
  }
}
