import type { Socket } from 'node:net';
import type { grpc as GrpcNamespace } from 'google-gax';
import { Code, codeName, findDetail, type Status } from '../status.js';
import type { RawOperation } from '../transport.js';
import { loadGax } from '../transports/google-gax.js';
import { durationToJson } from '../wire/duration.js';
import {
  decodeListRequest,
  decodeNameRequest,
  decodeWaitRequest,
  encodeListResponse,
  encodeOperation,
  encodeStatus,
} from '../wire/messages.js';
import { encodeReply, type CallContext, type Reply } from './call.js';
import type { Handlers } from './handlers.js';
import { listen, type ListeningServer } from './listen.js';
import { nodeModule } from './node-module.js';
import { RpcError } from './rpc-error.js';
import type { Service } from './service.js';

type Grpc = typeof GrpcNamespace;
type UnaryHandler<Request> = GrpcNamespace.handleUnaryCall<Request, Uint8Array>;
type Register = <Request, Response>(
  path: string,
  decode: (bytes: Uint8Array) => Request,
  encode: (response: Response) => Uint8Array,
  run: (request: Request, context: CallContext) => Promise<Reply<Response>>,
) => void;

/** A gRPC server to which methods can be added while it runs. */
export interface RunningGrpcServer extends ListeningServer {
  /** Registers the handlers that were added since the last update. */
  update(): void;
}

/** Serves the operations over gRPC, with google-gax's copy of grpc-js. */
export async function serveGrpc(service: Service, handlers: Handlers): Promise<RunningGrpcServer> {
  const { grpc } = await loadGax();
  const server = new grpc.Server();
  const { listener, sockets } = createListener(grpc, server);

  const register: Register = (path, decode, encode, run) => {
    const handler = unaryHandler(grpc, sockets, async (...call: Parameters<typeof run>) =>
      encodeReply(await run(...call), encode),
    );
    server.register(path, handler, (bytes: Uint8Array) => Buffer.from(bytes), decode, 'unary');
  };
  registerOperations(register, service);
  // grpc-js ignores a path that is already registered, so all paths can be registered again.
  const update = (): void => {
    for (const path of handlers.grpcPaths) {
      register(path, (bytes) => Uint8Array.from(bytes), encodeOperation, customMethod(service, handlers, path));
    }
  };
  update();

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      listener.close(() => resolve());
      // The sockets first: calls in progress then fail with UNAVAILABLE, not with CANCELLED.
      for (const socket of sockets.values()) socket.resetAndDestroy();
      server.forceShutdown();
    });
  return { port: await listen(listener), update, close };
}

function registerOperations(register: Register, service: Service): void {
  const prefix = '/google.longrunning.Operations';
  register(`${prefix}/GetOperation`, decodeNameRequest, encodeOperation, (...call) => service.getOperation(...call));
  register(`${prefix}/ListOperations`, decodeListRequest, encodeListResponse, (...call) =>
    service.listOperations(...call),
  );
  register(`${prefix}/CancelOperation`, decodeNameRequest, encodeEmpty, (...call) => service.cancelOperation(...call));
  register(`${prefix}/DeleteOperation`, decodeNameRequest, encodeEmpty, (...call) => service.deleteOperation(...call));
  register(`${prefix}/WaitOperation`, decodeWaitRequest, encodeOperation, (...call) => service.waitOperation(...call));
}

/** A TCP listener that passes its sockets to the server, and keeps them by peer so that a fault can reset them. */
function createListener(grpc: Grpc, server: GrpcNamespace.Server) {
  const sockets = new Map<string, Socket>();
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const listener = nodeModule('node:net').createServer((socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.once('close', () => sockets.delete(peer));
    socket.on('error', () => undefined); // a reset by the client is not an error of the emulator
    injector.injectConnection(socket);
  });
  return { listener, sockets };
}

function unaryHandler<Request>(
  grpc: Grpc,
  sockets: ReadonlyMap<string, Socket>,
  run: (request: Request, context: CallContext) => Promise<Reply<Uint8Array>>,
): UnaryHandler<Request> {
  return (call, callback) => {
    const controller = new AbortController();
    call.once('cancelled', () => controller.abort());
    const send = (reply: Reply<Uint8Array>): void => {
      if (reply.kind === 'result') callback(null, reply.value);
      else if (reply.kind === 'status') callback(errorOf(grpc, withRetryInfo(reply.status, reply.fault.retryAfterMs)));
      else sockets.get(call.getPeer())?.resetAndDestroy();
    };
    const context = { via: 'grpc', headers: headersOf(call.metadata), signal: controller.signal } as const;
    // Rejects only if the caller aborted the call: no response is needed.
    run(call.request, context).then(send, () => undefined);
  };
}

/** A method that was added with {@link OperationsEmulator.handle}. */
function customMethod(service: Service, handlers: Handlers, path: string) {
  return (bytes: Uint8Array, context: CallContext): Promise<Reply<RawOperation>> =>
    service.handleCall(path, '', context, () => {
      const found = handlers.find(path);
      if (!found) throw new RpcError(Code.UNIMPLEMENTED, '');
      return found.handler({ bytes, params: found.params, headers: context.headers });
    });
}

function encodeEmpty(): Uint8Array {
  return new Uint8Array(0);
}

function errorOf(grpc: Grpc, status: Status): Partial<GrpcNamespace.StatusObject> {
  const { code, message, details } = status;
  const metadata = new grpc.Metadata();
  try {
    if (details.length > 0) metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(status)));
  } catch (error) {
    return errorOf(grpc, { code, message: (error as Error).message, details: [] });
  }
  return { code: grpc.status[codeName(code)], details: message, metadata };
}

function withRetryInfo(status: Status, retryAfterMs: number | undefined): Status {
  if (retryAfterMs === undefined || findDetail(status, 'RetryInfo')) return status;
  const type = 'type.googleapis.com/google.rpc.RetryInfo';
  return { ...status, details: [...status.details, { '@type': type, retryDelay: durationToJson(retryAfterMs) }] };
}

function headersOf(metadata: GrpcNamespace.Metadata): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(metadata.getMap())) {
    headers[name] = metadata
      .get(name)
      .map((value) => (typeof value === 'string' ? value : value.toString('base64')))
      .join(', ');
  }
  return headers;
}
