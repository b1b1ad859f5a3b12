import { OperationsClient } from '../client.js';
import type { PollingOptions } from '../polling/settings.js';
import type { LROPoller } from '../poller.js';
import { headersFrom } from './headers.js';
import { infoFrom } from './info.js';
import { rawOperationFrom } from './operation.js';
import { gaxTransport } from './transport.js';
import type { LROperationLike, OperationsClientLike } from './types.js';

// What a client remembers of a service is of use to all of its operations.
const clients = new WeakMap<OperationsClientLike, OperationsClient>();

/**
 * A poller for the operation that a method of a generated `@google-cloud/*` client returned.
 *
 * It asks over that client's own channel and with its credentials, with the headers that the starting call had, but with
 * the routing header of the operation; the starting call's timeout and retry settings do not count. The values are those
 * of google-gax's `operation.promise()`: messages of protobufjs. The operation itself is left alone, and its own
 * `promise()` and events go on to work.
 *
 * @typeParam R - the response, inferred.
 * @typeParam M - the metadata, inferred.
 * @param operation - the first of the values that the method resolves to, or what `check…Progress()` resolves to.
 * @param options - how to wait. Its `headers` win over those of the starting call.
 * @throws TypeError if it is no such operation.
 * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it is neither done nor named.
 *
 * @example
 * ```ts
 * const [operation] = await agents.exportAgent(request);
 * const response = await pollerFrom(operation).promise({ signal }); // an IExportAgentResponse
 * ```
 */
export function pollerFrom<R, M>(operation: LROperationLike<R, M>, options: PollingOptions<M> = {}): LROPoller<R, M> {
  requireOperation(operation);
  const { latestResponse, longrunningDescriptor, _callOptions } = operation;
  const headers = { ...headersFrom(_callOptions), ...options.headers };
  return clientOf(longrunningDescriptor.operationsClient).poller(
    rawOperationFrom(latestResponse),
    infoFrom<R, M>(longrunningDescriptor),
    { ...options, headers },
  );
}

function clientOf(operationsClient: OperationsClientLike): OperationsClient {
  let client = clients.get(operationsClient);
  if (!client) {
    client = new OperationsClient({ transport: gaxTransport(operationsClient) });
    clients.set(operationsClient, client);
  }
  return client;
}

function requireOperation(value: unknown): asserts value is LROperationLike<unknown, unknown> {
  const operation = value as Partial<LROperationLike<unknown, unknown>> | null | undefined;
  if (operation?.longrunningDescriptor?.operationsClient && operation.latestResponse) return;
  const current = Array.isArray(value) ? 'an array, of which the first value may be it' : String(value);
  throw new TypeError(
    `Cannot poll as 'operation' must be an operation of a @google-cloud client: current value is ${current}`,
  );
}
