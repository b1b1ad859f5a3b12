import { operationsOver } from '../grpc/unary.js';
import { transportError } from '../rest/failure.js';
import type { Method } from '../rest/http-rule.js';
import { runWithLimits } from '../rest/limits.js';
import { Code } from '../status.js';
import { callSignal } from '../rpc/call-options.js';
import type { CallOptions, ListOperationsRequest, OperationsTransport } from '../transport.js';
import { connectionFromStub, hostOf, isGrpcStub } from './grpc.js';
import { operationsOverRest, type Operations, type CallOptionsWithSignal } from './rest.js';
import type { AuthClientLike, RestStub } from './rest-stub.js';
import type { OperationsClientLike } from './types.js';

/**
 * A transport over the operations client of a generated `@google-cloud/*` client: over its channel and with its
 * credentials, but without google-gax's retries, timeouts and decoders.
 *
 * Over gRPC it has all five RPCs. A client with `fallback: true` sends JSON over HTTP by the service's rules; these bind
 * no WaitOperation, which is UNIMPLEMENTED then, as is any other RPC that the service does not bind.
 *
 * Closing it ends its own calls only; the channel is the client's.
 *
 * @param operationsClient - the `operationsClient` of a generated client, or an `OperationsClient` of google-gax.
 * @throws TypeError if it is no such client.
 *
 * @example
 * Takes up a wait in a process that has the client and a token, but no operation:
 * ```ts
 * const client = new OperationsClient({ transport: gaxTransport(agents.operationsClient) });
 * const exportAgent = operationInfo({ response: protobufType(ExportAgentResponse), metadata: protobufType(Struct) });
 * const response = await client.resume(token, exportAgent).promise();
 * ```
 */
export function gaxTransport(operationsClient: OperationsClientLike): OperationsTransport {
  const stub = (operationsClient as Partial<OperationsClientLike> | null | undefined)?.operationsStub;
  if (typeof stub?.then !== 'function') {
    throw new TypeError(
      `Cannot use a client as 'operationsClient' must be an operations client of google-gax: current value is ${String(operationsClient)}`,
    );
  }
  return new GaxTransport(stub, operationsClient.auth);
}

class GaxTransport implements OperationsTransport {
  apiEndpoint: string | undefined;
  readonly #operations: Promise<Operations>;
  readonly #activeCalls = new Set<() => void>();
  #closed = false;

  constructor(stub: Promise<object>, auth: unknown) {
    this.#operations = stub.then(
      (stub) => {
        if (!isGrpcStub(stub)) return operationsOverRest(stub as RestStub, auth as AuthClientLike);
        this.apiEndpoint = hostOf(stub);
        return operationsOver(() => Promise.resolve(connectionFromStub(stub)), {});
      },
      // There are no credentials, say: then that is the answer to each call.
      (error: unknown) => operationsOver(() => Promise.reject(error), {}),
    );
  }

  getOperation(request: { name: string }, options: CallOptions) {
    return this.#call('GetOperation', request, options, (wire, within) => wire.getOperation(request, within));
  }

  listOperations(request: ListOperationsRequest, options: CallOptions) {
    return this.#call('ListOperations', request, options, (wire, within) => wire.listOperations(request, within));
  }

  cancelOperation(request: { name: string }, options: CallOptions) {
    return this.#call('CancelOperation', request, options, (wire, within) => wire.cancelOperation(request, within));
  }

  deleteOperation(request: { name: string }, options: CallOptions) {
    return this.#call('DeleteOperation', request, options, (wire, within) => wire.deleteOperation(request, within));
  }

  waitOperation(request: { name: string; timeoutMs: number }, options: CallOptions) {
    const timeoutMs = Math.max(options.timeoutMs ?? 60_000, request.timeoutMs + 10_000);
    return this.#call('WaitOperation', request, { ...options, timeoutMs }, (wire, within) =>
      wire.waitOperation(request, within),
    );
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const end of [...this.#activeCalls]) end();
    return Promise.resolve();
  }

  /** Sends one request within its limits, which count from now: the client may still be getting its credentials. */
  #call<T>(
    method: Method,
    { name }: { name: string },
    options: CallOptions,
    send: (wire: Operations, within: CallOptionsWithSignal) => Promise<T>,
  ): Promise<T> {
    const { timeoutMs = 60_000, headers } = options;
    const failure = (code: Code, message: string): Error => transportError({ method, name }, code, message);
    const closedError = (): Error => failure(Code.CANCELLED, 'the transport is closed');
    if (this.#closed) return Promise.reject(closedError());
    const limits = {
      signal: callSignal(options),
      timeoutMs,
      timeoutError: () => failure(Code.DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`),
      closedError,
      activeCalls: this.#activeCalls,
    };
    return runWithLimits(limits, async (signal) => send(await this.#operations, { signal, timeoutMs, headers }));
  }
}
