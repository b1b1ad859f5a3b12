import { requestError } from '../errors.js';
import { waitDeadlineMarginMs } from '../rpc/call-options.js';
import type { CallSpec } from '../rpc/call-spec.js';
import { retryableReadCodes } from '../rpc/retry.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { ActiveLoop } from './client-context.js';

// A wait that runs into its deadline has not failed: the operation still runs.
const retryableWaitCodes = retryableReadCodes.filter((code) => code !== Code.DEADLINE_EXCEEDED);

/** Sends WaitOperation; UNIMPLEMENTED if the transport does not have it. */
export function callWaitOperation(
  transport: OperationsTransport,
  request: { name: string; timeoutMs: number },
  options: CallOptions,
): Promise<RawOperation> {
  if (transport.waitOperation) return transport.waitOperation(request, options);
  const message = 'this transport has no WaitOperation';
  return Promise.reject(requestError({ method: 'WaitOperation', name: request.name }, Code.UNIMPLEMENTED, message));
}

/**
 * A WaitOperation of a poll loop.
 *
 * @param timeoutMs - the timeout in the request.
 */
export function waitRequest(
  { name, settings, context, bounds }: ActiveLoop,
  timeoutMs: number,
): CallSpec<RawOperation> {
  // Where polling is possible, a wait is sent once: the poll that follows its failure has all the retries.
  const { retry, headers, serverWait } = settings;
  const isRequired = serverWait === 'always';
  const policy = isRequired ? { ...retry, codes: retry.codes ?? retryableWaitCodes } : { ...retry, maxAttempts: 1 };
  return {
    method: 'WaitOperation',
    name,
    settings: { retry: policy, headers },
    context,
    bounds,
    timeoutMs: () => timeoutMs + waitDeadlineMarginMs,
    send: (options) => callWaitOperation(context.transport, { name, timeoutMs }, options),
  };
}
