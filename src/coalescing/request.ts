import type { Rpc } from '../rpc/call.js';
import { defaultRetry } from '../rpc/retry.js';
import { SingleCall } from '../rpc/single-call.js';

/** A request on behalf of others: it has a deadline and waits for its turn. Who asked tries again, if anybody does. */
export class SharedRequest<T> extends SingleCall<T> {
  constructor(rpc: Omit<Rpc<T>, 'retry'>) {
    super({ ...rpc, retry: once });
  }
}

const once = { ...defaultRetry, maxAttempts: 1 };
