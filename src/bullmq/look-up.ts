import type { OperationsClient } from '../client.js';
import { CallPromise } from '../rpc/call-promise.js';
import { defaultRetryPolicy, type RetryPolicy } from '../rpc/retry.js';
import { toRequestError } from '../rpc/to-request-error.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { Lookup } from '../waiting/client-context.js';

/** No retries here: the next one is a poll of the batch, which any worker may send. */
const noRetry: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 1 };

/**
 * Requests the state of an operation as the client's pollers do: coalesced, if the client coalesces, and under its rate limit.
 *
 * @throws {@link RequestError}.
 */
export function lookUp(client: OperationsClient, name: string): Promise<RawOperation> {
  const { context, settings } = client.internals;
  const timeoutMs = Math.min(settings.rpcTimeoutMs, Math.max(15_000, 20 * context.slowestResponseMs));
  const { headers } = settings;
  if (context.lookup) return lookUpTogether(context.lookup, name, headers ? { headers } : {}, timeoutMs);
  const { transport, timers, rateLimiter } = context;
  return new CallPromise<RawOperation>({
    method: 'GetOperation',
    name,
    headers,
    retry: noRetry,
    timers,
    rateLimiter,
    timeoutMs: () => timeoutMs,
    send: (options) => transport.getOperation({ name }, options),
  }).start();
}

/** A coalesced lookup. It applies rate limit and deadline itself, and there are many: each has no call of its own. */
async function lookUpTogether(
  lookup: Lookup,
  name: string,
  options: CallOptions,
  timeoutMs: number,
): Promise<RawOperation> {
  try {
    return await lookup(name, options, timeoutMs);
  } catch (error) {
    throw toRequestError(error, { method: 'GetOperation', name });
  }
}
