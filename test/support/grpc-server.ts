import gax from 'google-gax';

const { grpc } = gax;

/** An RPC of `google.longrunning.Operations`. */
export type RpcName = 'GetOperation' | 'ListOperations' | 'CancelOperation' | 'DeleteOperation' | 'WaitOperation';

/** A call that the server received. */
interface SeenCall {
  readonly method: RpcName;
  readonly request: Buffer;
  /** The headers, as text. */
  readonly headers: Record<string, string>;
  /** The client's deadline, in milliseconds since 1970. */
  readonly deadlineMs: number;
  /** Whether the client cancelled it. */
  cancelled: boolean;
}

/** The response of the server. */
export type Reply =
  | Uint8Array
  | { code: number; details?: string; trailers?: Record<string, string | Uint8Array>; afterHeaders?: boolean }
  | 'hang'
  | 'hang after headers';

/** A server of raw bytes on 127.0.0.1. */
export interface GrpcServer {
  readonly port: number;
  readonly calls: SeenCall[];
  /** Resolves when the server has received so many calls. */
  seen(count: number): Promise<void>;
  /** Closes every connection at once. */
  close(): void;
}

const same = (bytes: Buffer): Buffer => bytes;

/**
 * Starts a server that has only the RPCs with a handler.
 *
 * @param atPort - the port; 0: a free one.
 */
export async function startGrpcServer(
  handlers: Partial<Record<RpcName, (request: Buffer) => Reply>>,
  credentials = grpc.ServerCredentials.createInsecure(),
  atPort = 0,
): Promise<GrpcServer> {
  const server = new grpc.Server();
  const calls: SeenCall[] = [];
  let onCall = (): void => undefined;
  const serve =
    (method: RpcName, handler: (request: Buffer) => Reply): gax.grpc.handleUnaryCall<Buffer, Buffer> =>
    (call, callback) => {
      const { request } = call;
      const deadline = call.getDeadline();
      const seen: SeenCall = {
        method,
        request,
        headers: call.metadata.getMap() as Record<string, string>,
        deadlineMs: typeof deadline === 'number' ? deadline : deadline.getTime(),
        cancelled: false,
      };
      calls.push(seen);
      call.on('cancelled', () => {
        seen.cancelled = true;
        onCall();
      });
      onCall();
      const reply = handler(request);
      if (reply instanceof Uint8Array) return callback(null, Buffer.from(reply));
      if (reply === 'hang') return;
      if (reply === 'hang after headers') return call.sendMetadata(new grpc.Metadata());
      if (reply.afterHeaders === true) call.sendMetadata(new grpc.Metadata());
      const metadata = new grpc.Metadata();
      for (const [key, value] of Object.entries(reply.trailers ?? {})) {
        metadata.set(key, typeof value === 'string' ? value : Buffer.from(value));
      }
      const { code, details = '' } = reply;
      callback({ ...({ code } as object), details, metadata });
    };
  for (const [name, handler] of Object.entries(handlers)) {
    const definition = {
      path: `/google.longrunning.Operations/${name}`,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
    server.addService({ [name]: definition }, { [name]: serve(name as RpcName, handler) });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${atPort}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    port,
    calls,
    seen: (count) =>
      new Promise((resolve) => {
        onCall = () => calls.length >= count && resolve();
        onCall();
      }),
    close: () => server.forceShutdown(),
  };
}

/** Waits until a condition holds, for twelve seconds at most. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 12_000; !condition();) {
    if (Date.now() > end) throw new Error(`Never came: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
