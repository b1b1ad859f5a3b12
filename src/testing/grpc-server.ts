import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { grpc as GrpcNamespace } from 'google-gax';
import { Code, codeName, findDetail, type Status } from '../status.js';
import { durationToJson } from '../wire/duration.js';
import {
  decodeListRequest,
  decodeNameRequest,
  decodeWaitRequest,
  encodeListResponse,
  encodeOperation,
  encodeStatus,
} from '../wire/messages.js';
import type { RawOperation } from '../transport.js';
import type { Handlers } from './handlers.js';
import type { ListeningServer } from './http-server.js';
import { RpcError } from './script.js';
import { encodeReply, type CallContext, type Reply, type Service } from './service.js';

type Grpc = typeof GrpcNamespace;

/** A gRPC server whose methods can grow. */
export interface RunningGrpcServer extends ListeningServer {
  /** Serves what was added to the handlers. */
  update(): void;
}

/** Serves the operations as gRPC, with google-gax's server. */
export async function serveGrpc(service: Service, handlers: Handlers): Promise<RunningGrpcServer> {
  const { grpc } = await import('google-gax');
  const server = new grpc.Server();

  // The sockets are ours, so that a connection can be broken.
  const sockets = new Map<string, Socket>();
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const listener = createServer((socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.once('close', () => sockets.delete(peer));
    socket.on('error', () => undefined); // a client that breaks off is none of ours
    injector.injectConnection(socket);
  });

  function register<Request, Response>(
    path: string,
    decode: (bytes: Uint8Array) => Request,
    encode: (response: Response) => Uint8Array,
    ask: (request: Request, context: CallContext) => Promise<Reply<Response>>,
  ): void {
    const handle: GrpcNamespace.handleUnaryCall<Request, Uint8Array> = (call, callback) => {
      const controller = new AbortController();
      call.once('cancelled', () => controller.abort());
      const context = { via: 'grpc', headers: headersOf(call.metadata), signal: controller.signal } as const;
      const send = (reply: Reply<Uint8Array>): void => {
        if (reply.kind === 'result') callback(null, reply.value);
        else if (reply.kind === 'status')
          callback(errorOf(grpc, withRetryInfo(reply.status, reply.fault.retryAfterMs)));
        else sockets.get(call.getPeer())?.resetAndDestroy();
      };
      // It rejects where the caller has gone.
      ask(call.request, context).then(
        (reply) => send(encodeReply(reply, encode)),
        () => undefined,
      );
    };
    server.register(path, handle, (bytes: Uint8Array) => Buffer.from(bytes), decode, 'unary');
  }

  const prefix = '/google.longrunning.Operations';
  const empty = (): Uint8Array => new Uint8Array(0);
  register(`${prefix}/GetOperation`, decodeNameRequest, encodeOperation, (...call) => service.getOperation(...call));
  register(`${prefix}/ListOperations`, decodeListRequest, encodeListResponse, (...call) =>
    service.listOperations(...call),
  );
  register(`${prefix}/CancelOperation`, decodeNameRequest, empty, (...call) => service.cancelOperation(...call));
  register(`${prefix}/DeleteOperation`, decodeNameRequest, empty, (...call) => service.deleteOperation(...call));
  register(`${prefix}/WaitOperation`, decodeWaitRequest, encodeOperation, (...call) => service.waitOperation(...call));

  const ask =
    (path: string) =>
    (bytes: Uint8Array, context: CallContext): Promise<Reply<RawOperation>> =>
      service.handleCall(path, '', context, () => {
        const found = handlers.find(path);
        if (!found) throw new RpcError(Code.UNIMPLEMENTED, '');
        return found.handler({ bytes, params: found.params, headers: context.headers });
      });
  // A path that is registered stays as it is.
  const update = (): void => {
    for (const path of handlers.grpcPaths)
      register(path, (bytes) => Uint8Array.from(bytes), encodeOperation, ask(path));
  };
  update();

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    update,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        // The sockets first: a call that is under way then ends with UNAVAILABLE, and not with CANCELLED.
        for (const socket of sockets.values()) socket.resetAndDestroy();
        server.forceShutdown();
      }),
  };
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
