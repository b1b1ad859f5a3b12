// Failures that the next attempt would meet again: retries would hide the reason for ten minutes.
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer, createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { gaxTransport } from '../../src/gax/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { agentsClient } from '../gax/agents.js';
import { useCleanups } from '../support/cleanups.js';
import { startGrpcServer } from '../support/grpc-server.js';

const { credentials, ServerCredentials } = gax.grpc;
const name = 'projects/p/operations/1';
const pem = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));
const [key, cert] = [pem('key'), pem('cert')];
const running = (): Uint8Array => encodeOperation({ name, done: false });

const toClose = useCleanups();

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function serveGrpc(serverCredentials?: gax.grpc.ServerCredentials): Promise<number> {
  const server = await startGrpcServer({ GetOperation: running }, serverCredentials);
  toClose.push(() => server.close());
  return server.port;
}

const secureGrpc = () => serveGrpc(ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: cert }]));

/** What a wait fails with. */
async function failure(port: number, isSecure: boolean, maxAttempts?: number): Promise<RequestError> {
  const sslCreds = isSecure ? credentials.createSsl(cert) : credentials.createInsecure();
  const transport = grpcTransport({ apiEndpoint: `localhost:${port}`, sslCreds });
  const client = new OperationsClient({ transport, retry: { maxAttempts, initialDelayMs: 1 } });
  toClose.push(() => client.close());
  return client
    .poller(name)
    .pollUntilDone()
    .then(
      () => Promise.reject(new Error('did not reject')),
      (error: unknown) => error as RequestError,
    );
}

describe('FAILED_PRECONDITION, at once, is the failure of', () => {
  it.each([
    ['TLS to a gRPC server without TLS', () => serveGrpc(), /does not speak TLS on this port/],
    ['TLS to an HTTP server', () => listen(createHttpServer()), /does not speak TLS on this port/],
    ['TLS to a server of HTTP/2 without TLS', () => listen(createHttp2Server()), /does not speak TLS on this port/],
    ['TLS to an HTTPS server without HTTP/2', () => listen(createHttpsServer({ key, cert })), /HTTP\/2 \(ALPN h2\)/],
    [
      'TLS to a server without ALPN that speaks HTTP/1.1',
      () => listen(createTlsServer({ key, cert }, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
      /does not speak HTTP\/2 on this port/,
    ],
    [
      'TLS to a server of an old version of TLS',
      () => listen(createTlsServer({ key, cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })),
      /version of TLS/,
    ],
    [
      'TLS to a server that requires a certificate',
      () => listen(createSecureServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true })),
      /certificate is missing/,
    ],
  ])('%s', async (_, start, message) => {
    const error = await failure(await start(), true);
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, origin: 'transport', attempts: 1 });
    expect(error.message).toMatch(message);
  });

  it.each([
    ['plain text to a gRPC server with TLS', secureGrpc, /expects TLS on this port/],
    ['plain text to an HTTPS server', () => listen(createHttpsServer({ key, cert })), /expects TLS on this port/],
    ['plain text to a server of HTTP/2 with TLS', () => listen(createSecureServer({ key, cert })), /expects TLS/],
    ['plain text to an HTTP server without HTTP/2', () => listen(createHttpServer()), /does not speak HTTP\/2/],
  ])('%s', async (_, start, message) => {
    const error = await failure(await start(), false);
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, origin: 'transport', attempts: 1 });
    expect(error.message).toMatch(message);
  });
});

describe('UNAVAILABLE, which is retried, is the failure of', () => {
  it.each([
    ['a server that closes each connection', true, (socket: Socket) => socket.end()],
    ['a server that closes each connection', false, (socket: Socket) => socket.end()],
    ['a server that resets each connection', true, (socket: Socket) => socket.resetAndDestroy()],
    ['a server that resets each connection', false, (socket: Socket) => socket.resetAndDestroy()],
  ])('%s (TLS: %s)', async (_, isSecure, onData) => {
    const port = await listen(createTcpServer((socket) => socket.once('data', () => onData(socket))));
    const error = await failure(port, isSecure, 2);
    expect(error).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport', attempts: 2 });
  });

  it.each([true, false])('a port on which nothing listens (TLS: %s)', async (isSecure) => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(port, isSecure, 2);
    expect(error).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport', attempts: 2 });
  });
});

describe('OUT_OF_RANGE, at once and with the message, is the failure of', () => {
  const limit = { 'grpc.max_receive_message_length': 1000 };
  const large = (): Uint8Array => encodeOperation({ name: 'x'.repeat(2000), done: false });
  const tooLarge = {
    rpcCode: Code.OUT_OF_RANGE,
    origin: 'transport',
    attempts: 1,
    message: expect.stringContaining('Received message larger than max'),
  };

  async function startLarge(): Promise<number> {
    const server = await startGrpcServer({ GetOperation: large, ListOperations: large, WaitOperation: large });
    toClose.push(() => server.close());
    return server.port;
  }

  it.each(['GetOperation', 'ListOperations', 'WaitOperation', 'a wait'] as const)(
    'a response over the size limit (%s)',
    async (method) => {
      const sslCreds = credentials.createInsecure();
      const apiEndpoint = `127.0.0.1:${await startLarge()}`;
      const client = new OperationsClient({ transport: grpcTransport({ apiEndpoint, sslCreds, grpcOptions: limit }) });
      toClose.push(() => client.close());
      const call = (): Promise<unknown> => {
        if (method === 'GetOperation') return client.getOperation({ name });
        if (method === 'WaitOperation') return client.waitOperation({ name });
        if (method === 'ListOperations') return client.listOperations({ name }).pages().next();
        return client.poller(name).pollUntilDone();
      };
      await expect(call()).rejects.toMatchObject(tooLarge);
    },
  );

  it('a response over the size limit of a generated client', async () => {
    const agents = agentsClient(await startLarge(), limit);
    toClose.push(() => agents.close());
    await agents.initialize();
    const client = new OperationsClient({ transport: gaxTransport(agents.operationsClient) });
    toClose.push(() => client.close());
    await expect(client.getOperation({ name })).rejects.toMatchObject(tooLarge);
  });

  it.each([
    'grpc: received message larger than max (5000000 vs. 4194304)',
    'grpc: trying to send message larger than max (5000000 vs. 4194304)',
    'Sent message larger than max (5000000 vs. 4194304)',
    'gRPC message exceeds maximum size 4194304: 5000000',
  ])('a size limit of the server: %s', async (details) => {
    const server = await startGrpcServer({ GetOperation: () => ({ code: Code.RESOURCE_EXHAUSTED, details }) });
    toClose.push(() => server.close());
    const error = await failure(server.port, false);
    expect(error).toMatchObject({ rpcCode: Code.OUT_OF_RANGE, origin: 'service', attempts: 1 });
    expect(error.message).toContain(details);
  });
});
