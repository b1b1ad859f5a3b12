import { throwInvalidArgument } from '../arguments.js';
import { OperationsClient } from '../client.js';
import type { PollingOptions } from '../polling/settings.js';
import type { LROPoller } from '../poller.js';
import type { OperationsTransport } from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import { shownOperation } from '../transports/shown-operation.js';
import { headersFrom, hostOfCall } from './headers.js';
import { infoFrom } from './info.js';
import { rawOperationFrom } from './operation.js';
import { otherFamilyCall } from './other-families.js';
import { gaxTransportFor } from './transport.js';
import type { LROperationLike, OperationsClientLike, UntypedOperationLike } from './types.js';

/**
 * Creates a poller for the operation that a method of a generated `@google-cloud/*` client returned.
 *
 * It polls over that client's own channel and with its credentials, with the headers of the starting call, but with the
 * routing header of the operation. The timeout and retry settings of the starting call are not used. The values are those
 * of google-gax's `operation.promise()`: messages of protobufjs. The operation object is not changed, and its own
 * `promise()` and events still work.
 *
 * @typeParam R - the response, inferred.
 * @typeParam M - the metadata, inferred.
 * @param operation - the first of the values that the method resolves to, or the value of `check…Progress()`.
 * @param options - how to wait. Its `headers` override those of the starting call.
 * @throws TypeError if it is not such an operation.
 * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it is neither done nor named.
 *
 * @example
 * ```ts
 * const [operation] = await agents.exportAgent(request);
 * const response = await pollerFrom(operation).promise({ signal }); // an IExportAgentResponse
 * ```
 */
export function pollerFrom<R, M>(operation: LROperationLike<R, M>, options?: PollingOptions<M>): LROPoller<R, M>;
/**
 * Creates a poller for an operation whose types its client does not declare, such as that of Spanner's `createDatabase()`.
 *
 * @param operation - an `Operation` of google-gax.
 * @param options - how to wait. Its `headers` override those of the starting call.
 * @throws TypeError if it is not such an operation.
 * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it is neither done nor named.
 */
export function pollerFrom(operation: UntypedOperationLike, options?: PollingOptions): LROPoller<unknown>;
export function pollerFrom<R, M>(operation: UntypedOperationLike, options?: PollingOptions<M>): LROPoller<R, M> {
  return untracedPollerFrom<R, M>(operation as LROperationLike<R, M>, options);
}

/** The type of {@link pollerFrom}. */
export interface PollerFrom {
  /** Creates a poller for an operation whose types are declared. */
  <R, M>(operation: LROperationLike<R, M>, options?: PollingOptions<M>): LROPoller<R, M>;
  /** Creates a poller for an operation whose types its client does not declare. */
  (operation: UntypedOperationLike, options?: PollingOptions): LROPoller<unknown>;
}

const untracedPollerFrom = createPollerFrom((transport) => new OperationsClient({ transport }));

/** Creates a {@link pollerFrom} that has one client per service: what it learns about the service benefits all operations. */
export function createPollerFrom(createClient: (transport: OperationsTransport) => OperationsClient): PollerFrom {
  const clients = new WeakMap<OperationsClientLike, OperationsClient>();
  const clientOf = (operationsClient: OperationsClientLike, name: string, callOptions: unknown): OperationsClient => {
    let client = clients.get(operationsClient);
    if (!client) {
      // As google-gax sends it for the operations of a generated client, whatever the host.
      const host = hostOfCall(callOptions);
      client = createClient(gaxTransportFor(operationsClient, { name, host, routingHeader: true }));
      clients.set(operationsClient, client);
    }
    return client;
  };
  return <R, M>(operation: UntypedOperationLike, options: PollingOptions<M> = {}): LROPoller<R, M> => {
    assertOperation(operation);
    const { latestResponse, longrunningDescriptor, _callOptions } = operation;
    const headers = { ...headersFrom(_callOptions), ...options.headers };
    const raw = rawOperationFrom(latestResponse);
    const client = clientOf(longrunningDescriptor.operationsClient, raw.name, _callOptions);
    return client.poller(raw, infoFrom<R, M>(longrunningDescriptor), { ...options, headers });
  };
}

function assertOperation(value: unknown): asserts value is UntypedOperationLike {
  const { longrunningDescriptor, latestResponse } = asRecord(value);
  if (asRecord(longrunningDescriptor).operationsClient && latestResponse) return;
  const call = otherFamilyCall(value);
  const rule = call
    ? `an operation of google.longrunning, not one of another form: for that, ${call} of longrunning/google`
    : 'an operation of a @google-cloud client';
  throwInvalidArgument('poll', 'operation', rule, shownOperation(value));
}
