import type { Pacer } from '../rpc/pacer.js';
import { SingleCall, type SingleRpc } from '../rpc/single-call.js';
import type { RequestError } from '../errors.js';
import { defaultRetry } from '../rpc/retry.js';
import { Code } from '../status.js';

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

  override onFailure(error: RequestError): void {
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) this.#pacer?.slowDown();
  }
}

const once = { ...defaultRetry, maxAttempts: 1 };
