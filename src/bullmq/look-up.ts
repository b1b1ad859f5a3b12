import type { OperationsClient } from '../client.js';
import { installCoalescer } from '../coalescing/coalescer.js';
import { CallPromise } from '../rpc/call-promise.js';
import { defaultRetryPolicy, type RetryPolicy } from '../rpc/retry.js';
import { now } from '../rpc/timer-wheel.js';
import type { RawOperation } from '../transport.js';
import { firstTimeoutMs } from '../waiting/operation-requests.js';

/** No retries here: the next one is a poll of the batch, which any worker may send. */
const noRetry: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 1 };

/**
 * Requests the state of an operation as the client's pollers do: coalesced, if the client coalesces, and under its rate limit.
 *
 * @param failures - how many requests have failed since the last response. Each has had less time: a slow service must not
 * always time out.
 * @throws {@link RequestError}.
 */
export async function lookUp(client: OperationsClient, name: string, failures: number): Promise<RawOperation> {
  const { context, settings } = client.internals;
  const timeoutMs = Math.min(settings.rpcTimeoutMs, firstTimeoutMs(context) * 2 ** failures);
  const { headers } = settings;
  const { coalesce, transport } = context;
  // A coalesced lookup applies rate limit and deadline itself. There are many: each has no call of its own.
  if (coalesce) {
    const lookup = installCoalescer(context);
    return new Promise((resolve, reject) => {
      lookup(name, headers ? { headers } : {}, timeoutMs).then(resolve, reject);
    });
  }
  const call = new CallPromise<RawOperation>({
    method: 'GetOperation',
    name,
    settings: { retry: noRetry, headers },
    context,
    timeoutMs: () => timeoutMs,
    send: (options) => transport.getOperation({ name }, options),
  });
  const raw = await call.start();
  context.slowestResponseMs = Math.max(context.slowestResponseMs, now() - call.sentMs);
  return raw;
}
