import type { Pacer } from '../rpc/pacer.js';
import { SingleCall, type SingleRpc } from '../rpc/single-call.js';
import { defaultRetry } from '../rpc/retry.js';

/** A request on behalf of others: it has a deadline and waits for its turn. Who asked tries again, if anybody does. */
export class SharedRequest<T> extends SingleCall<T> {
  readonly #pacer: Pacer | undefined;

  constructor(rpc: Omit<SingleRpc<T>, 'retry'>, pacer: Pacer | undefined) {
    super({ ...rpc, retry: once }, undefined);
    this.#pacer = pacer;
  }

  override get pacer(): Pacer | undefined {
    return this.#pacer;
  }
}

const once = { ...defaultRetry, maxAttempts: 1 };
