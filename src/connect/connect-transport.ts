import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { isRequestError } from '../errors.js';
import type {
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsMethod,
  OperationsTransport,
  RawOperation,
  RequestDescription,
} from '../transport.js';
import { CallScope, type CallContext } from '../transports/call-scope.js';
import { normalizeHeaders, type HeaderRecord } from '../transports/headers.js';
import { Redactor } from '../transports/redact.js';
import { redactErrors, withRedactedErrors } from '../transports/redacted-errors.js';
import { retryAfter } from '../transports/retry-after.js';
import { routingHeader } from '../transports/routing-header.js';
import { secretValues } from '../transports/secrets.js';
import { nanosFromMs } from '../wire/duration.js';
import { listResponseFromJson, operationFromJson } from '../wire/json.js';
import { decodeListResponse, decodeOperation } from '../wire/messages.js';
import { connectFailure } from './failure.js';
import { operationsMethods } from './methods.js';
import { checkArguments, type ConnectSettings, type ConnectTransportOptions } from './options.js';
import type { ConnectTransportLike } from './types.js';
import { rawResponse, type RawResponse } from './raw-response.js';

/**
 * Creates a transport over a transport of Connect: the Connect protocol, gRPC-web or gRPC, in Node.js, in pages and in
 * workers, with the interceptors and the credentials of that transport. It has all five RPCs of
 * `google.longrunning.Operations`, in binary and in JSON; in JSON it needs no registry of types.
 *
 * It sends one request per call, and enforces the deadline of the call itself. A server that does not have a method, such as
 * WaitOperation, responds with UNIMPLEMENTED. Errors keep the details that the server sent; those of a connection are
 * UNAVAILABLE, whatever code Connect gives them. An interceptor's own `TypeError` is thrown unchanged.
 *
 * `close()` ends the calls of this transport only; connections remain those of the transport of Connect. For HTTP/2 over
 * `@connectrpc/connect-node` set its `pingIntervalMs`: a connection that has gone silent is then replaced.
 *
 * @param transport - by `createConnectTransport()`, `createGrpcWebTransport()` or `createGrpcTransport()`.
 * @throws TypeError if an argument is invalid.
 *
 * @example
 * ```ts
 * import { createGrpcWebTransport } from '@connectrpc/connect-web';
 * import { connectTransport } from 'longrunning/connect';
 *
 * const transport = connectTransport(createGrpcWebTransport({ baseUrl: 'https://api.example.com' }));
 * await using client = new OperationsClient({ transport });
 * ```
 */
export function connectTransport(
  transport: ConnectTransportLike,
  options: ConnectTransportOptions = {},
): OperationsTransport {
  return new ConnectOperations(transport, checkArguments(transport, options));
}

type Request = { readonly name: string } & MessageInitShape<DescMessage>;

/** A successful response, and the delay that it requests. */
interface Received {
  readonly raw: RawResponse;
  readonly retryAfterMs: number | undefined;
  readonly redactor: Redactor;
}

class ConnectOperations implements OperationsTransport {
  readonly apiEndpoint: string | undefined;
  readonly #transport: ConnectTransportLike;
  readonly #settings: ConnectSettings;
  readonly #scope: CallScope;
  #hasResponded = false;

  constructor(transport: ConnectTransportLike, settings: ConnectSettings) {
    this.apiEndpoint = settings.apiEndpoint;
    this.#transport = transport;
    this.#settings = settings;
    this.#scope = new CallScope(settings.apiEndpoint);
  }

  async getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#call('GetOperation', { name }, options, toOperation);
  }

  async listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    const { name, filter = '', pageSize = 0, pageToken = '', returnPartialSuccess = false } = request;
    const fields = { name, filter, pageSize, pageToken, returnPartialSuccess };
    return this.#call('ListOperations', fields, options, ({ raw, redactor }) =>
      'json' in raw
        ? listResponseFromJson(redactErrors(raw.json, redactor), name)
        : withRedactedErrors(decodeListResponse(raw.bytes), () => redactor),
    );
  }

  async cancelOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    return this.#call('CancelOperation', { name }, options, () => undefined);
  }

  async deleteOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    return this.#call('DeleteOperation', { name }, options, () => undefined);
  }

  async waitOperation(request: { name: string; timeoutMs: number }, options: CallOptions): Promise<RawOperation> {
    const { name, timeoutMs } = request;
    const nanos = nanosFromMs(timeoutMs);
    const timeout = { seconds: nanos / 1_000_000_000n, nanos: Number(nanos % 1_000_000_000n) };
    // Without a timeout above 0 the server chooses one.
    const fields: Request = nanos > 0n ? { name, timeout } : { name };
    return this.#call('WaitOperation', fields, options, toOperation, timeoutMs);
  }

  /** Whichever of its three protocols the transport of Connect has. */
  describeRequest(): RequestDescription {
    return { protocol: 'connectrpc' };
  }

  onReturn(listener: () => void): void {
    this.#scope.onReturn(listener);
  }

  close(): Promise<void> {
    this.#scope.close();
    return Promise.resolve();
  }

  /** Sends one request. Failures are converted to RequestErrors. */
  #call<T>(
    method: OperationsMethod,
    request: Request,
    options: CallOptions,
    read: (received: Received, name: string) => T,
    waitMs?: number,
  ): Promise<T> {
    const { name } = request;
    const { apiEndpoint, headers: defaultHeaders, hasRoutingHeader } = this.#settings;
    const callHeaders = { ...defaultHeaders, ...normalizeHeaders(options.headers ?? {}) };
    const headers = { ...(hasRoutingHeader && routingHeader('request', name)), ...callHeaders };
    const redactor = new Redactor(() => secretValues(callHeaders, []));
    const rpc = { method, name };
    const work = async (call: CallContext): Promise<T> => {
      try {
        const received = await this.#send(method, request, headers, call);
        this.#hasResponded = true;
        return read({ ...received, redactor }, name);
      } catch (error) {
        const host = apiEndpoint ?? 'the server';
        const hasResponded = this.#hasResponded;
        const failure = connectFailure(rpc, error, { host, timeoutMs: call.timeoutMs, hasResponded, redactor });
        if (isRequestError(failure) && failure.origin === 'service') this.#hasResponded = true;
        throw failure;
      }
    };
    return this.#scope.run(rpc, options, work, waitMs);
  }

  async #send(
    method: OperationsMethod,
    request: Request,
    headers: HeaderRecord,
    { signal, timeoutMs }: CallContext,
  ): Promise<Omit<Received, 'redactor'>> {
    const descriptor = operationsMethods()[method];
    // The header that tells the server the deadline takes whole milliseconds.
    const deadlineMs = Math.ceil(timeoutMs);
    const { message, header } = await this.#transport.unary(descriptor, signal, deadlineMs, headers, request);
    return { raw: rawResponse(descriptor.output, message), retryAfterMs: retryAfter(header) };
  }
}

function toOperation({ raw, retryAfterMs, redactor }: Received, name: string): RawOperation {
  const operation =
    'json' in raw
      ? operationFromJson(redactErrors(raw.json, redactor), name)
      : withRedactedErrors(decodeOperation(raw.bytes), () => redactor);
  return retryAfterMs === undefined ? operation : { ...operation, retryAfterMs };
}
