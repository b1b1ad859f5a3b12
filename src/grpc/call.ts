import { assertResourceName } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import { RequestError, requestError } from '../errors.js';
import { now } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { CallOptions } from '../transport.js';
import { ActiveCall, callTimeoutMs, type CallOwner } from '../transports/active-call.js';
import { grpcError, type GrpcStatus, type ReceivedMetadata } from '../transports/grpc-status.js';
import type { HeaderRecord } from '../transports/headers.js';
import { Redactor } from '../transports/redact.js';
import { withRedactedErrors } from '../transports/redacted-errors.js';
import { routingHeader } from '../transports/routing-header.js';
import { secretValues } from '../transports/secrets.js';
import { connectError } from './connect-error.js';
import type { GrpcConnection } from './connection.js';
import type { CancellableCall, UnaryListener } from './grpc-js.js';
import { checkHeaders, type Headers } from './headers.js';
import { textsIn, withStatusInHeaders } from './received.js';

/** One of the RPCs. */
export interface UnaryMethod<Request, Response> {
  /** Its name, such as `'GetOperation'`. */
  readonly name: string;
  /** Its path, such as `'/google.longrunning.Operations/GetOperation'`. */
  readonly path: string;
  /** Encodes the request in wire format. */
  readonly encode: (request: Request) => Uint8Array;
  /** Decodes the response from wire format. */
  readonly decode: (bytes: Uint8Array) => Response;
}

/** A request with a name and, for WaitOperation, the server's own time limit. */
export interface NamedRequest {
  readonly name: string;
  readonly timeoutMs?: number;
}

/** Returns the connection for a call, or a promise of it. The call's deadline and signal cover the promise too. */
export type ConnectionProvider = () => GrpcConnection | Promise<GrpcConnection>;

/**
 * Sends one unary call. It enforces deadline and signal itself, whatever the channel does.
 *
 * @param headers - overridden by those of `options`.
 * @param hasRoutingHeader - whether the call carries the header by which Google routes it.
 * @throws {@link RequestError} if it fails.
 * @throws {@link MalformedOperationError} if the response cannot be decoded.
 * @throws TypeError or RangeError if an option or the name is invalid.
 * @throws the signal's reason if it is aborted.
 */
export function unary<Request extends NamedRequest, Response>(
  scope: CallOwner,
  connect: ConnectionProvider,
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: CallOptions,
  headers: Headers,
  hasRoutingHeader = true,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const action = `call ${method.name}`;
    if (options.headers) checkHeaders(action, options.headers);
    // A list may have an empty name.
    if (request.name !== '') assertResourceName(action, request.name);
    const routing = routingHeader(action, request.name);
    const metadata = { ...(hasRoutingHeader && routing), ...headers, ...options.headers };
    const message = toBuffer(method.encode(request));
    const call = new UnaryCall(scope, method, request.name, callTimeoutMs(options, request.timeoutMs), resolve, reject);
    if (!call.start(options)) return;
    const send = (connection: GrpcConnection): void => call.send(connection, message, metadata);
    try {
      const connection = connect();
      if (connection instanceof Promise) connection.then(send).catch((error: unknown) => call.onConnectError(error));
      else send(connection);
    } catch (error) {
      call.onConnectError(error);
    }
  });
}

class UnaryCall<Response> extends ActiveCall<Response> implements UnaryListener {
  readonly #method: UnaryMethod<never, Response>;
  readonly #deadlineMs: number;
  #stream: CancellableCall | undefined;
  #received: ReceivedMetadata | undefined;
  #message: Buffer | undefined;
  #headers: Headers = {};
  #credentials: HeaderRecord = {};

  constructor(
    scope: CallOwner,
    method: UnaryMethod<never, Response>,
    name: string,
    timeoutMs: number,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ) {
    super(scope, { method: method.name, name }, timeoutMs, resolve, reject);
    this.#method = method;
    this.#deadlineMs = now() + timeoutMs;
  }

  send(connection: GrpcConnection, message: Buffer, headers: Headers): void {
    if (this.settled) return;
    this.#headers = headers;
    try {
      this.#stream = connection.send(this.#method.path, message, headers, this.#deadlineMs - now(), this);
    } catch (error) {
      // grpc-js throws if the channel was closed from outside. Its other messages may quote headers.
      const isClosed = /shut down|closed/.test(String((error as Error | undefined)?.message));
      const [code, problem] = isClosed
        ? ([Code.CANCELLED, 'the channel is closed'] as const)
        : ([Code.FAILED_PRECONDITION, 'grpc-js does not take the call'] as const);
      this.reject(requestError(this.rpc, code, problem));
    }
  }

  onCredentials(headers: HeaderRecord): void {
    this.#credentials = headers;
  }

  onReceiveMetadata(headers: ReceivedMetadata): void {
    this.#received = headers;
  }

  onReceiveMessage(message: Buffer): void {
    this.#message = message;
  }

  onReceiveStatus(received: GrpcStatus): void {
    this.#stream = undefined;
    if (this.settled) return;
    const headers = this.#received;
    const status = withStatusInHeaders(received, headers);
    if (status.code !== Code.OK) {
      const texts = textsIn(status.metadata, headers);
      const error = grpcError(this.rpc, status, headers !== undefined, this.#redactor(), texts);
      // grpc-js may report the deadline first, in its own words.
      const { rpcCode, origin, httpStatus } = error;
      if (rpcCode === Code.DEADLINE_EXCEEDED && origin === 'transport' && httpStatus === undefined) this.onDeadline();
      else this.reject(error);
    } else if (this.#message) this.#decode(this.#message);
    else this.reject(requestError(this.rpc, Code.UNIMPLEMENTED, 'No message received'));
  }

  /** Connecting failed. */
  onConnectError(error: unknown): void {
    this.reject(connectError(this.rpc, error));
  }

  protected onStop(reason: unknown): void {
    // The server gets the same for both. The connection learns that a deadline has passed.
    const code = isOwnDeadline(reason) ? Code.DEADLINE_EXCEEDED : Code.CANCELLED;
    this.#stream?.cancelWithStatus(code, 'Cancelled on client');
  }

  #redactor(): Redactor {
    const headers = Object.entries(this.#headers).map(([name, value]) => [name.toLowerCase(), value]);
    return new Redactor(() => [
      ...secretValues(Object.fromEntries(headers) as Headers, []),
      ...secretValues(this.#credentials, Object.keys(this.#credentials)),
    ]);
  }

  #decode(message: Buffer): void {
    const { method, name } = this.rpc;
    let response: Response;
    try {
      response = this.#method.decode(message);
    } catch (error) {
      return this.reject(
        new MalformedOperationError(
          name,
          `the response to ${method} cannot be decoded; check the endpoint: this is not the service`,
          error,
        ),
      );
    }
    this.resolve(withRedactedErrors(response, () => this.#redactor()));
  }
}

/** Whether the deadline of the call has passed, by the clock of this package. */
function isOwnDeadline(reason: unknown): boolean {
  return reason instanceof RequestError && reason.rpcCode === Code.DEADLINE_EXCEEDED && reason.origin === 'transport';
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
