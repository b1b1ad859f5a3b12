import type { AbortSignalLike, CallOptions } from '../transport.js';
import { abortReason, offAbort, onAbort } from './abort.js';
import { Call } from './call.js';
import type { RetryPolicy } from './retry.js';
import type { Scheduler } from './scheduler.js';

/** An RPC that somebody asks for by itself. */
export interface SingleRpc<T> {
  readonly method: string;
  readonly name: string;
  readonly retry: RetryPolicy;
  readonly scheduler: Scheduler;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sends the request, once. */
  readonly send: (options: CallOptions) => Promise<T>;
  /** The deadline of each attempt. */
  readonly timeoutMs: () => number;
}

/** A call as a promise. */
export class SingleCall<T> extends Call<T> {
  declare readonly method: string;
  declare readonly name: string;
  declare readonly retry: RetryPolicy;
  declare readonly scheduler: Scheduler;
  declare readonly headers: Readonly<Record<string, string>> | undefined;
  declare readonly send: (options: CallOptions) => Promise<T>;
  declare readonly timeoutMs: () => number;
  readonly promise: Promise<T>;
  #resolve!: (answer: T) => void;
  #reject!: (error: unknown) => void;
  readonly #signal: AbortSignalLike | undefined;

  constructor(rpc: SingleRpc<T>, signal: AbortSignalLike | undefined) {
    super();
    Object.assign(this, rpc);
    this.#signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    onAbort(signal, this.#giveUp);
  }

  answered(answer: T): void {
    offAbort(this.#signal, this.#giveUp);
    this.#resolve(answer);
  }

  failed(error: unknown): void {
    offAbort(this.#signal, this.#giveUp);
    this.#reject(error);
  }

  readonly #giveUp = (): void => {
    const reason = abortReason(this.#signal as AbortSignalLike);
    this.failed(reason);
    this.abort(reason);
  };
}

/**
 * Asks once, with all the retries.
 *
 * @throws {@link RequestError} when it failed for good.
 * @throws the signal's reason when it is aborted, in whatever phase it is.
 */
export async function call<T>(rpc: SingleRpc<T>, signal: AbortSignalLike | undefined): Promise<T> {
  if (signal?.aborted) throw abortReason(signal);
  const single = new SingleCall(rpc, signal);
  single.start();
  return single.promise;
}
