import type { RpcInfo } from '../errors.js';
import type { AbortSignalLike } from '../transport.js';
import { CallPromise, type PendingCall } from './call-promise.js';
import type { CallSpec } from './call-spec.js';

/** The calls of a client that are in progress and belong to no poll loop. */
export class SingleCalls {
  readonly #calls = new Set<PendingCall>();

  /**
   * Makes a call.
   *
   * @returns the response. Rejects with a {@link RequestError}, or with the reason of the signal.
   */
  async run<T>(spec: CallSpec<T>, signal: AbortSignalLike | undefined): Promise<T> {
    const call = new CallPromise(spec, signal);
    this.#calls.add(call);
    try {
      return await call.start();
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Aborts all of them, also those in a retry delay, which a transport cannot end. */
  abort(reasonFor: (rpc: RpcInfo) => unknown): void {
    for (const call of this.#calls) call.abort(reasonFor(call.rpc));
  }
}
