import { MalformedOperationError, type RequestError } from '../errors.js';
import { abortReason, isAttempt, offAbort, onAbort, signalOf } from '../rpc/abort.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions } from '../transport.js';
import { connectError, grpcFailure, transportError, type GrpcError, type Rpc } from './failure.js';
import { checkHeaders, routingHeader, type Headers } from './headers.js';

/** The calls under way. A list and not a Set, which would keep those that are over alive for long. */
export class CallsUnderWay {
  readonly #calls: UnderWay[] = [];

  add(call: UnaryCall): UnderWay {
    const entry = { call, place: this.#calls.length };
    this.#calls.push(entry);
    return entry;
  }

  delete({ place }: UnderWay): void {
    const last = this.#calls.pop() as UnderWay;
    if (last.place === place) return;
    this.#calls[place] = last;
    last.place = place;
  }

  cancel(): void {
    for (const { call } of [...this.#calls]) call.cancel();
  }
}

interface UnderWay {
  readonly call: UnaryCall;
  place: number;
}

/** A way to a server: as much of grpc-js as is used, of any copy of it. */
export interface GrpcConnection {
  /** A client of grpc-js. */
  readonly client: UnaryClient;
  /** The metadata class of the very copy that the client is of: grpc-js checks. */
  readonly Metadata: new () => MetadataLike;
  /** Headers that every other header wins over. */
  readonly headers?: Headers;
  /** Where calls are kept while they are under way. */
  readonly calls?: CallsUnderWay;
}

/** As much of a client of grpc-js as is used. */
export interface UnaryClient {
  makeUnaryRequest(
    path: string,
    serialize: (message: Buffer) => Buffer,
    deserialize: (bytes: Buffer) => Buffer,
    argument: Buffer,
    metadata: MetadataLike,
    options: { deadline: number },
    callback: (error: GrpcError | null, answer?: Buffer) => void,
  ): UnaryCall;
}

/** A call that is under way. */
export interface UnaryCall {
  cancel(): void;
  on?(event: 'metadata', listener: () => void): unknown;
}

/** As much of the metadata of grpc-js as is used. */
export interface MetadataLike {
  set(key: string, value: string): void;
}

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

/**
 * Sends one unary call, and keeps its deadline and its signal itself, whatever the channel does.
 *
 * @param connect - gives the connection, or a promise of it, which the deadline and the signal cover too.
 * @param headers - those of `options` win over them.
 * @throws {@link RequestError} if it fails, {@link MalformedOperationError} for an answer that is no message, a TypeError or
 * RangeError for options or a name that cannot be used, and the signal's reason if it is aborted.
 */
export function unary<Request extends NamedRequest, Response>(
  connect: () => GrpcConnection | Promise<GrpcConnection>,
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: CallOptions,
  headers: Headers,
): Promise<Response> {
  // One promise and few closures: a program may have thousands of these under way.
  return new Promise((resolve, reject) => {
    const signal = signalOf(options);
    if (signal?.aborted === true) return reject(abortReason(signal));
    const rpc: Rpc = { method: method.name, operationName: request.name };
    const action = `call ${method.name}`;
    const timeoutMs = timeoutOf(action, request, options);
    if (options.headers) checkHeaders(action, options.headers);
    const routing = routingHeader(action, request.name);
    const message = toBuffer(method.encode(request));
    const expired = (): RequestError => transportError(rpc, Code.DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`);
    if (timeoutMs === 0) return reject(expired());

    let call: UnaryCall | undefined;
    let over = false;
    const end = (): boolean => {
      if (over) return false;
      clearTimeout(timer);
      offAbort(signal, onAborted);
      return (over = true);
    };
    const stop = (reason: unknown): void => {
      if (!end()) return;
      reject(reason);
      call?.cancel();
    };
    const onAborted = (): void => stop(abortReason(signal as AbortSignalLike));
    const deadline = Date.now() + timeoutMs;
    // A client of ours keeps the deadline of its calls.
    const timer = isAttempt(options) ? undefined : setTimeout(() => stop(expired()), timeoutMs);
    onAbort(signal, onAborted);

    const send = (connection: GrpcConnection): void => {
      if (over) return;
      let hasHeaders = false;
      const metadata = metadataOf(connection, [routing, headers, options.headers]);
      const callback: Callback = (error, bytes = empty) => {
        if (entry) connection.calls?.delete(entry);
        if (error === null) {
          if (end()) settle(() => decode(rpc, method, bytes), resolve, reject);
          return;
        }
        call = undefined;
        const failure = grpcFailure(rpc, error, hasHeaders);
        // grpc-js keeps the same deadline, and may see it first.
        const isOurs = failure.rpcCode === Code.DEADLINE_EXCEEDED && failure.origin === 'transport';
        stop(isOurs ? expired() : failure);
      };
      try {
        call = start(rpc, connection.client, { path: method.path, message, metadata, deadline }, callback);
      } catch (error) {
        return stop(error);
      }
      const entry = connection.calls?.add(call);
      call.on?.('metadata', () => (hasHeaders = true));
    };
    try {
      const connection = connect();
      if (connection instanceof Promise) connection.then(send, (error: unknown) => stop(connectError(rpc, error)));
      else send(connection);
    } catch (error) {
      stop(connectError(rpc, error));
    }
  });
}

function settle<T>(make: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(make());
  } catch (error) {
    reject(error);
  }
}

const empty = Buffer.alloc(0);
const same = (bytes: Buffer): Buffer => bytes;

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const defaultTimeoutMs = 60_000;
// How much longer than the server's part of WaitOperation its call may take, where nothing is said.
const waitSlackMs = 10_000;
// 24 days. Timers hold no more than 2^31 − 1 milliseconds, and servers round up what they are told.
const maxTimeoutMs = 24 * 86_400_000;

function timeoutOf(action: string, request: NamedRequest, options: CallOptions): number {
  const { timeoutMs = Math.max(defaultTimeoutMs, (request.timeoutMs ?? 0) + waitSlackMs) } = options;
  if (typeof timeoutMs !== 'number' || Number.isNaN(timeoutMs)) {
    throw new TypeError(`Cannot ${action} as 'timeoutMs' must be a number: current value is ${String(timeoutMs)}`);
  }
  return Math.max(0, Math.min(timeoutMs, maxTimeoutMs));
}

type Callback = Parameters<UnaryClient['makeUnaryRequest']>[6];

function start(
  rpc: Rpc,
  client: UnaryClient,
  send: { path: string; message: Buffer; metadata: MetadataLike; deadline: number },
  callback: Callback,
): UnaryCall {
  const { path, message, metadata, deadline } = send;
  try {
    return client.makeUnaryRequest(path, same, same, message, metadata, { deadline }, callback);
  } catch (error) {
    // A channel that someone else closed is what makes grpc-js throw. Its other messages may quote headers.
    const isClosed = /shut down|closed/.test(String((error as Error | undefined)?.message));
    throw isClosed
      ? transportError(rpc, Code.CANCELLED, 'the channel is closed')
      : transportError(rpc, Code.FAILED_PRECONDITION, 'grpc-js does not take the call');
  }
}

function metadataOf({ Metadata, headers }: GrpcConnection, more: readonly (Headers | undefined)[]): MetadataLike {
  const metadata = new Metadata();
  for (const some of [headers, ...more]) {
    for (const key in some) metadata.set(key.toLowerCase(), some[key] as string);
  }
  return metadata;
}

function decode<Response>(rpc: Rpc, method: UnaryMethod<never, Response>, bytes: Buffer): Response {
  try {
    return method.decode(bytes);
  } catch (error) {
    throw new MalformedOperationError(rpc.operationName, `the answer to ${rpc.method} cannot be read`, error);
  }
}
