import type { AbortSignalLike } from '../transport.js';
import { abortReason, addAbortListener, removeAbortListener } from './abort.js';
import type { RpcInfo } from '../errors.js';
import type { CallSpec } from './call-spec.js';
import { RpcCall, type CallObserver } from './rpc-call.js';

/** A call in progress that can be aborted. */
export interface PendingCall {
  readonly rpc: RpcInfo;
  abort(reason: unknown): void;
}

/** An {@link RpcCall} whose outcome is a promise. */
export class CallPromise<T> implements CallObserver<T>, PendingCall {
  readonly rpc: RpcInfo;
  readonly #call: RpcCall<T>;
  readonly #signal: AbortSignalLike | undefined;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #onAbort: (() => void) | undefined;

  /** @param signal - aborts the call. Has no listener before the call starts, and none once it is settled. */
  constructor(spec: CallSpec<T>, signal?: AbortSignalLike) {
    this.rpc = spec;
    this.#call = new RpcCall(this, spec);
    this.#signal = signal;
  }

  /** When the last attempt was sent, in milliseconds of the monotonic clock; −1 before the first. */
  get sentMs(): number {
    return this.#call.sentMs;
  }

  /**
   * Sends the request, unless the signal is aborted already.
   *
   * @returns the response. Rejects with a {@link RequestError} once retries are exhausted, and with the abort reason as
   * soon as the call is aborted, in whatever phase it is.
   */
  start(): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const signal = this.#signal;
      // Calls the listener at once if the signal is aborted already: an aborted call sends nothing.
      if (signal) addAbortListener(signal, (this.#onAbort = () => this.abort(abortReason(signal))));
      this.#call.start();
    });
  }

  /** Cancels the request. The promise rejects with `reason`. */
  abort(reason: unknown): void {
    this.onFailure(reason);
    this.#call.abort(reason);
  }

  onResponse(response: T): void {
    this.#removeListener();
    this.#resolve(response);
  }

  onFailure(error: unknown): void {
    this.#removeListener();
    this.#reject(error);
  }

  #removeListener(): void {
    removeAbortListener(this.#signal, this.#onAbort);
  }
}
