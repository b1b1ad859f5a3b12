import type { OperationsClient } from '../client.js';
import { CallPromise } from '../rpc/call-promise.js';
import { defaultRetryPolicy, type RetryPolicy } from '../rpc/retry.js';
import type { RawOperation } from '../transport.js';

/** No retries here: the next one is a poll of the batch, which any worker may send. */
const noRetry: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 1 };

/**
 * Requests the state of an operation as the client's pollers do: coalesced, if the client coalesces, and under its rate limit.
 *
 * @throws {@link RequestError}.
 */
export function lookUp(client: OperationsClient, name: string): Promise<RawOperation> {
  const { context, settings } = client.internals;
  const { lookup, transport, timers, rateLimiter, slowestResponseMs } = context;
  const timeoutMs = Math.min(settings.rpcTimeoutMs, Math.max(15_000, 20 * slowestResponseMs));
  return new CallPromise<RawOperation>({
    method: 'GetOperation',
    name,
    headers: settings.headers,
    retry: noRetry,
    timers,
    // A coalesced lookup applies rate limit and deadline itself.
    rateLimiter: lookup ? undefined : rateLimiter,
    timeoutMs: () => (lookup ? Infinity : timeoutMs),
    send: (options) =>
      context.lookup ? context.lookup(name, options, timeoutMs) : transport.getOperation({ name }, options),
  }).start();
}
