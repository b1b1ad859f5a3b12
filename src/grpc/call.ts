import { MalformedOperationError } from '../decode-errors.js';
import { abortReason } from '../rpc/abort.js';
import { now } from '../rpc/clock.js';
import { isInternalCall, removeCallAbortListener, addCallAbortListener, callSignal } from '../rpc/call-options.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions } from '../transport.js';
import type { ActiveCall, GrpcConnection, UnaryListener, CancellableCall } from './connection.js';
import { connectError, grpcFailure, transportError, type GrpcStatus, type RpcInfo } from './failure.js';
import { checkHeaders, routingHeader, type Headers } from './headers.js';

/** One of the RPCs. */
export interface UnaryMethod<Request, Response> {
  /** Its name, such as `'GetOperation'`. */
  readonly name: string;
  /** Its path, such as `'/google.longrunning.Operations/GetOperation'`. */
  readonly path: string;
  /** The request in wire format. */
  readonly encode: (request: Request) => Uint8Array;
  /** The response from its wire format. */
  readonly decode: (bytes: Uint8Array) => Response;
}

/** A request, of which the name and, for WaitOperation, the time limit concern the call itself. */
export interface NamedRequest {
  readonly name: string;
  readonly timeoutMs?: number;
}

/** Gives the connection for a call, or a promise of it, which the call's deadline and signal cover too. */
export type ConnectionProvider = () => GrpcConnection | Promise<GrpcConnection>;

/**
 * Sends one unary call, and keeps its deadline and its signal itself, whatever the channel does.
 *
 * @param headers - those of `options` win over them.
 * @throws {@link RequestError} if it fails, {@link MalformedOperationError} for an answer that is no message, a TypeError or
 * RangeError for options or a name that cannot be used, and the signal's reason if it is aborted.
 */
export function unary<Request extends NamedRequest, Response>(
  connect: ConnectionProvider,
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: CallOptions,
  headers: Headers,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const signal = callSignal(options);
    if (signal?.aborted === true) return reject(abortReason(signal));
    const timeoutMs = timeoutOf(method.name, request, options);
    if (options.headers) checkHeaders(`call ${method.name}`, options.headers);
    const metadata = { ...routingHeader(method.name, request.name), ...headers, ...options.headers };
    const message = toBuffer(method.encode(request));
    const call = new UnaryCall(method, request.name, timeoutMs, resolve, reject);
    if (timeoutMs === 0) return call.onDeadline();
    // A client of ours keeps the deadline of its calls.
    call.listen(signal, !isInternalCall(options));
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

/** A call from its request to its answer: one object, since a program may have thousands of them under way. */
class UnaryCall<Response> implements UnaryListener, ActiveCall {
  readonly #method: UnaryMethod<never, Response>;
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  readonly #deadlineMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #signal: AbortSignalLike | undefined;
  #onAborted: (() => void) | undefined;
  #connection: GrpcConnection | undefined;
  #stream: CancellableCall | undefined;
  #headersReceived = false;
  #message: Buffer | undefined;
  #settled = false;
  index = -1;

  constructor(
    method: UnaryMethod<never, Response>,
    name: string,
    timeoutMs: number,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ) {
    this.#method = method;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    this.#deadlineMs = now() + timeoutMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Begins to heed the signal and, if it is for it to keep, the deadline. */
  listen(signal: AbortSignalLike | undefined, keepsDeadline: boolean): void {
    if (keepsDeadline) this.#timer = setTimeout(() => this.onDeadline(), this.#timeoutMs);
    if (!signal) return;
    this.#signal = signal;
    this.#onAborted = () => this.#rejectWith(abortReason(signal));
    addCallAbortListener(signal, this.#onAborted);
  }

  send(connection: GrpcConnection, message: Buffer, headers: Headers): void {
    if (this.#settled) return;
    this.#connection = connection;
    connection.calls?.add(this);
    try {
      this.#stream = connection.send(this.#method.path, message, headers, this.#deadlineMs - now(), this);
    } catch (error) {
      connection.calls?.delete(this);
      // A channel that someone else closed is what makes grpc-js throw. Its other messages may quote headers.
      const isClosed = /shut down|closed/.test(String((error as Error | undefined)?.message));
      const [code, problem] = isClosed
        ? ([Code.CANCELLED, 'the channel is closed'] as const)
        : ([Code.FAILED_PRECONDITION, 'grpc-js does not take the call'] as const);
      this.#rejectWith(transportError(this.#rpc, code, problem));
    }
  }

  onReceiveMetadata(): void {
    this.#headersReceived = true;
  }

  onReceiveMessage(message: Buffer): void {
    this.#message = message;
  }

  onReceiveStatus(status: GrpcStatus): void {
    this.#connection?.calls?.delete(this);
    this.#stream = undefined;
    if (status.code !== Code.OK) {
      const failure = grpcFailure(this.#rpc, status, this.#headersReceived);
      // grpc-js keeps the same deadline, and may see it first.
      if (failure.rpcCode === Code.DEADLINE_EXCEEDED && failure.origin === 'transport') this.onDeadline();
      else this.#rejectWith(failure);
    } else if (this.#message) this.#resolveWith(this.#message);
    else this.#rejectWith(transportError(this.#rpc, Code.UNIMPLEMENTED, 'No message received'));
  }

  /** There is no connection to send it over. */
  onConnectError(error: unknown): void {
    this.#rejectWith(connectError(this.#rpc, error));
  }

  onDeadline(): void {
    const message = `no answer within ${this.#timeoutMs} ms`;
    this.#rejectWith(transportError(this.#rpc, Code.DEADLINE_EXCEEDED, message));
  }

  cancel(): void {
    this.#stream?.cancelWithStatus(Code.CANCELLED, 'Cancelled on client');
  }

  get #rpc(): RpcInfo {
    return { method: this.#method.name, operationName: this.#name };
  }

  #resolveWith(message: Buffer): void {
    if (!this.#finish()) return;
    try {
      this.#resolve(this.#method.decode(message));
    } catch (error) {
      this.#reject(new MalformedOperationError(this.#name, `the answer to ${this.#method.name} cannot be read`, error));
    }
  }

  #rejectWith(reason: unknown): void {
    if (!this.#finish()) return;
    this.#reject(reason);
    this.cancel();
  }

  #finish(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#onAborted) removeCallAbortListener(this.#signal, this.#onAborted);
    return true;
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const defaultTimeoutMs = 60_000;
// How much longer than the server's part of WaitOperation its call may take, where nothing is said.
const waitDeadlineMarginMs = 10_000;
// 24 days. Timers hold no more than 2^31 − 1 milliseconds, and servers round up what they are told.
const maxTimeoutMs = 24 * 86_400_000;

function timeoutOf(method: string, request: NamedRequest, options: CallOptions): number {
  const { timeoutMs = Math.max(defaultTimeoutMs, (request.timeoutMs ?? 0) + waitDeadlineMarginMs) } = options;
  if (typeof timeoutMs !== 'number' || Number.isNaN(timeoutMs)) {
    throw new TypeError(`Cannot call ${method} as 'timeoutMs' must be a number: current value is ${String(timeoutMs)}`);
  }
  return Math.max(0, Math.min(timeoutMs, maxTimeoutMs));
}
