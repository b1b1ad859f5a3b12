import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import gax from 'google-gax';
import { grpcTransport, type GrpcTransportOptions } from 'longrunning/grpc';
import {
  anyType,
  operationInfo,
  OperationsClient,
  type LROPoller,
  type OperationInfo,
  type OperationsTransport,
  type PollingOptions,
} from 'longrunning';
import { restTransport, type FetchLike, type RestCallOptions } from 'longrunning/rest';
import { startGrpcServer, type Reply, type RpcName } from '../grpc-server.js';

/** The operation that every failure is about. */
export const name = 'projects/p/locations/l/operations/7';

/** A credential of every request. It must be in no error. */
export const secret = 'ya29.s3cret-of-the-request';

/** One of the failures, over one wire. */
export interface Failure {
  /** What happened. */
  readonly title: string;
  /** What the caller can do, in Markdown. */
  readonly action: string;
  /** `'gRPC'`, `'REST'`, or the function that makes the transport. */
  readonly wire: string;
  /** Produces the failure, over real connections to 127.0.0.1. Resolves with the error. */
  readonly produce: (world: FailureWorld) => Promise<unknown>;
}

const { credentials, ServerCredentials } = gax.grpc;
const authorization = { authorization: `Bearer ${secret}` };
const anyInfo = operationInfo({ response: anyType, metadata: anyType });

/** A certificate or a key of test/fixtures/tls. */
export const pem = (file: string): Buffer => readFileSync(new URL(`../../fixtures/tls/${file}.pem`, import.meta.url));

/** Servers and clients of one failure, closed at its end. */
export class FailureWorld {
  readonly #cleanups: (() => unknown)[] = [];

  /** Listens on a free port of 127.0.0.1. */
  async listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.onEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  tcp(onConnection: (socket: Socket) => void): Promise<number> {
    return this.listen(createTcpServer(onConnection));
  }

  http(listener: RequestListener): Promise<number> {
    return this.listen(createHttpServer(listener));
  }

  https(cert = 'cert'): Promise<number> {
    return this.listen(createHttpsServer({ key: pem('key'), cert: pem(cert) }, (_, response) => response.end('{}')));
  }

  /** @param cert - the certificate; absent: plain text. */
  async grpc(handlers: Partial<Record<RpcName, (request: Buffer) => Reply>>, cert?: string): Promise<number> {
    const serverCredentials =
      cert === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [{ private_key: pem('key'), cert_chain: pem(cert) }]);
    const server = await startGrpcServer(handlers, serverCredentials);
    this.onEnd(() => server.close());
    return server.port;
  }

  /** A port on which nothing listens. */
  async closedPort(): Promise<number> {
    const server = createTcpServer();
    const port = await this.listen(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** A client over REST, with a credential in a header unless `options` say otherwise. */
  rest(port: number, options: RestCallOptions & PollingOptions = {}): OperationsClient {
    return this.restAt(`http://127.0.0.1:${port}`, options);
  }

  restAt(apiEndpoint: string, options: RestCallOptions = {}): OperationsClient {
    return this.client(restTransport({ apiEndpoint, headers: authorization, ...options }));
  }

  /** A client over gRPC, in plain text unless `options` say otherwise. */
  grpcAt(apiEndpoint: string, options: Partial<GrpcTransportOptions> = {}): OperationsClient {
    const sslCreds = credentials.createInsecure();
    return this.client(grpcTransport({ apiEndpoint, sslCreds, headers: authorization, ...options }));
  }

  /** A client over gRPC that trusts a certificate; absent: the usual authorities only. */
  secureGrpc(port: number, trusted?: string): OperationsClient {
    const sslCreds = trusted === undefined ? credentials.createSsl() : credentials.createSsl(pem(trusted));
    return this.grpcAt(`localhost:${port}`, { sslCreds });
  }

  /** A client that makes three attempts, a millisecond apart. */
  client(transport: OperationsTransport): OperationsClient {
    const retry = { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 };
    const client = new OperationsClient({ transport, retry, polling: { backoff: () => 5, serverWait: 'never' } });
    this.onEnd(() => client.close());
    return client;
  }

  onEnd(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }
}

/** The error that a wait for the operation rejects with. */
export function waitFor<R, M>(
  client: OperationsClient,
  info: OperationInfo<R, M> = anyInfo as OperationInfo<unknown, unknown> as OperationInfo<R, M>,
  options?: PollingOptions<M>,
): Promise<unknown> {
  return failureOf(pollerOf(client, info, options).promise());
}

export function pollerOf<R, M>(
  client: OperationsClient,
  info: OperationInfo<R, M> = anyInfo as OperationInfo<unknown, unknown> as OperationInfo<R, M>,
  options?: PollingOptions<M>,
): LROPoller<R, M> {
  return client.poller(name, info, options);
}

/** The reason of a rejection. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`It resolved with ${JSON.stringify(value)}`);
}

/** A `fetch` that trusts one certificate, as NODE_EXTRA_CA_CERTS makes the platform's. */
export function fetchTrusting(cert: string): FetchLike {
  return (url, { method, headers, signal }) =>
    new Promise((resolve, reject) => {
      const request = httpsRequest(url, { method, headers, signal, ca: pem(cert) }, (response) => {
        resolve(new Response(null, { status: response.statusCode ?? 200 }));
      });
      request.on('error', reject).end();
    });
}
