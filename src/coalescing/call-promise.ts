import { type CallSpec } from '../rpc/call-spec.js';
import { RpcCall } from '../rpc/rpc-call.js';
import { defaultRetryPolicy } from '../rpc/retry.js';

/**
 * A request on behalf of others, as a promise, which rejects when it is given up. It has a deadline and waits for its turn.
 */
export class CallPromise<T> extends RpcCall<T> {
  readonly promise: Promise<T>;
  readonly #reject: (error: unknown) => void;

  constructor(rpc: CallSpec<T>) {
    let answered!: (answer: T) => void;
    let fail!: (error: unknown) => void;
    const promise = new Promise<T>((...both) => ([answered, fail] = both));
    super({ onResponse: answered, onError: fail }, rpc);
    this.promise = promise;
    this.#reject = fail;
  }

  override abort(reason: unknown): void {
    this.#reject(reason);
    super.abort(reason);
  }
}

/** Who asked tries again, if anybody does. */
export const noRetry = { ...defaultRetryPolicy, maxAttempts: 1 };
