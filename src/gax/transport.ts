import { assertArgument, assertKnownOptions, throwInvalidArgument, type OptionNames } from '../arguments.js';
import { operationsOver, type Operations } from '../grpc/unary.js';
import type {
  CallOptions,
  ListOperationsRequest,
  OperationsMethod,
  OperationsTransport,
  RequestDescription,
} from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import { CallScope } from '../transports/call-scope.js';
import { isGoogleHost } from '../transports/routing-header.js';
import { connectionFromStub, hostOf, isGrpcStub } from './grpc.js';
import { isLegacyAuth, LegacyRestOperations } from './legacy-rest.js';
import type { RestStub, StubAuthClient } from './rest-stub.js';
import { RestOperations } from './rest.js';
import type { OperationsClientLike } from './types.js';

/**
 * Creates a transport over the operations client of a generated `@google-cloud/*` client: over its channel and with its
 * credentials, but without google-gax's retries, timeouts and decoders.
 *
 * Over gRPC it has all five RPCs. A client with `fallback: true` sends JSON over HTTP by the service's rules; these do not
 * bind WaitOperation, which is UNIMPLEMENTED then, as is any other RPC that the service does not bind. Clients on google-gax 3
 * and 4 work too. With `fallback: true` these decode responses themselves: a response with a type that their protos lack,
 * such as `google.rpc.ErrorInfo` in the error of an operation, is UNIMPLEMENTED.
 *
 * `close()` ends the calls of the transport only; the channel remains the client's. So a gRPC connection that has gone silent
 * is not replaced; the client's option `'grpc.keepalive_time_ms'` makes grpc-js notice it. After an outage of minutes grpc-js
 * connects again up to two minutes late; see the client's option `'grpc.max_reconnect_backoff_ms'`.
 *
 * @param operationsClient - the `operationsClient` of a generated client, or an `OperationsClient` of google-gax.
 * @throws TypeError if it is not such a client.
 *
 * @example
 * Resumes a wait in a process that has the client and a token, but no operation:
 * ```ts
 * const client = new OperationsClient({ transport: gaxTransport(agents.operationsClient) });
 * const exportAgent = operationInfo({ response: protobufType(ExportAgentResponse), metadata: protobufType(Struct) });
 * const response = await client.resume(token, exportAgent).promise();
 * ```
 */
export function gaxTransport(
  operationsClient: OperationsClientLike,
  options: GaxTransportOptions = {},
): OperationsTransport {
  assertKnownOptions('use a client', options, optionNames);
  const { routingHeader }: { routingHeader?: unknown } = options;
  const isValid = routingHeader === undefined || typeof routingHeader === 'boolean';
  assertArgument(isValid, 'use a client', 'routingHeader', 'a boolean', routingHeader);
  return gaxTransportFor(operationsClient, options);
}

/** Options of {@link gaxTransport}. */
export interface GaxTransportOptions {
  /**
   * Whether requests carry `x-goog-request-params: name=…`, by which Google's front ends route them (AIP-4222).
   * @defaultValue true for a host under `googleapis.com`
   */
  routingHeader?: boolean | undefined;
}

const optionNames: OptionNames<GaxTransportOptions> = { routingHeader: true };

interface TransportOptions extends GaxTransportOptions {
  /** The operation, by which the host of a client with `fallback: true` is found before the first request. */
  readonly name?: string;
  /** The host of the client, if it is known before its stub is. */
  readonly host?: string | undefined;
}

/** Creates the transport, for any operation or one. */
export function gaxTransportFor(
  operationsClient: OperationsClientLike,
  options: TransportOptions,
): OperationsTransport {
  const stub = (operationsClient as Partial<OperationsClientLike> | null | undefined)?.operationsStub;
  if (typeof stub?.then !== 'function') {
    const rule = 'an operations client of google-gax';
    throwInvalidArgument('use a client', 'operationsClient', rule, operationsClient);
  }
  return new GaxTransport(stub, operationsClient.auth, options);
}

class GaxTransport implements OperationsTransport {
  apiEndpoint: string | undefined;
  readonly #scope = new CallScope();
  readonly #initialized: Promise<Operations>;
  #operations: Operations | undefined;
  #protocol: 'grpc' | 'http' | undefined;

  constructor(stub: Promise<object>, auth: unknown, options: TransportOptions) {
    this.apiEndpoint = options.host ?? defaultHost(auth);
    this.#initialized = stub
      .then((stub) => this.#open(stub, auth, options))
      // For example without credentials: every call then fails with this error.
      .catch((error: unknown) => operationsOver(this.#scope, () => Promise.reject(error)));
    void this.#initialized.then((operations) => (this.#operations = operations));
  }

  getOperation(request: { name: string }, options: CallOptions) {
    return this.#call('GetOperation', request, options, (to, limits) => to.getOperation(request, limits));
  }

  listOperations(request: ListOperationsRequest, options: CallOptions) {
    return this.#call('ListOperations', request, options, (to, limits) => to.listOperations(request, limits));
  }

  cancelOperation(request: { name: string }, options: CallOptions) {
    return this.#call('CancelOperation', request, options, (to, limits) => to.cancelOperation(request, limits));
  }

  deleteOperation(request: { name: string }, options: CallOptions) {
    return this.#call('DeleteOperation', request, options, (to, limits) => to.deleteOperation(request, limits));
  }

  waitOperation(request: { name: string; timeoutMs: number }, options: CallOptions) {
    return this.#call('WaitOperation', request, options, (to, limits) => to.waitOperation(request, limits));
  }

  /** Undefined before the stub of the client is known. */
  describeRequest(): RequestDescription | undefined {
    return this.#protocol === undefined ? undefined : { protocol: this.#protocol };
  }

  close(): Promise<void> {
    this.#scope.close();
    return Promise.resolve();
  }

  #open(stub: object, auth: unknown, { name, routingHeader }: TransportOptions): Operations {
    const hasRoutingHeader = (host = ''): boolean => routingHeader ?? isGoogleHost(host);
    this.#protocol = isGrpcStub(stub) ? 'grpc' : 'http';
    if (!isGrpcStub(stub)) {
      if (isLegacyAuth(auth)) {
        return new LegacyRestOperations(this.#scope, stub as RestStub, auth, hasRoutingHeader(this.apiEndpoint));
      }
      const operations = new RestOperations(this.#scope, stub as RestStub, auth as StubAuthClient, (host) => {
        // Only the requests of a client have the host, if it is not the service's default.
        this.apiEndpoint = host;
        return hasRoutingHeader(host);
      });
      if (name !== undefined) this.apiEndpoint = operations.hostOf(name) ?? this.apiEndpoint;
      return operations;
    }
    const connection = connectionFromStub(stub);
    this.apiEndpoint = hostOf(stub);
    return operationsOver(this.#scope, () => connection, {}, hasRoutingHeader(this.apiEndpoint));
  }

  /** Sends one request. The limits also cover the time in which the client is getting its credentials. */
  #call<T>(
    method: OperationsMethod,
    { name, timeoutMs: waitMs }: { name: string; timeoutMs?: number },
    options: CallOptions,
    send: (to: Operations, limits: CallOptions) => Promise<T>,
  ): Promise<T> {
    if (this.#operations) return send(this.#operations, options);
    const { headers } = options;
    return this.#scope.run(
      { method, name },
      options,
      async ({ signal, timeoutMs }) => send(await this.#initialized, { signal, timeoutMs, headers }),
      waitMs,
    );
  }
}

/**
 * The service's default host, which is known before the stub is: a generated client sets it on its auth, with the default
 * scopes if no other host was given.
 */
function defaultHost(auth: unknown): string | undefined {
  const { defaultServicePath, defaultScopes } = asRecord(auth);
  return typeof defaultServicePath === 'string' && defaultScopes ? defaultServicePath : undefined;
}
