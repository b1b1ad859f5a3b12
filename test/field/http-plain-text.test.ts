// Plain HTTP to a port that expects TLS: the next attempt would end the same.
import { readFileSync } from 'node:fs';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { useCleanups } from '../support/cleanups.js';

const pem = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));
const tls = { key: pem('key'), cert: pem('cert') };

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

/** What a wait over plain HTTP fails with. */
async function failure(port: number, maxAttempts?: number): Promise<RequestError> {
  const transport = restTransport({ apiEndpoint: `http://127.0.0.1:${port}` });
  const client = new OperationsClient({ transport, retry: { maxAttempts, initialDelayMs: 1 } });
  toClose.push(() => client.close());
  return client
    .poller('operations/1')
    .pollUntilDone()
    .then(
      () => Promise.reject(new Error('did not reject')),
      (error: unknown) => error as RequestError,
    );
}

/** A server of TCP that answers the first bytes of each connection with a text, or closes it. */
const answering = (text: string | Buffer): Server =>
  createTcpServer((socket) => socket.once('data', () => socket.end(text)));

const badRequest = (text: string): string =>
  `HTTP/1.1 400 Bad Request\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`;

describe('plain HTTP to a port that expects TLS', () => {
  it.each<[string, () => Server]>([
    ['an HTTPS server of Node', () => createHttpsServer(tls)],
    ['a TLS server that closes the connection', () => createTlsServer(tls)],
    ['a server of HTTP/2 alone', () => createHttp2Server(tls)],
    ['a server like nginx', () => answering(badRequest('The plain HTTP request was sent to HTTPS port'))],
    ['a server of Go', () => answering(badRequest('Client sent an HTTP request to an HTTPS server.\n'))],
  ])('is final, and says so: %s', async (_, createServer) => {
    const port = await listen(createServer());
    expect(await failure(port)).toMatchObject({
      rpcCode: Code.FAILED_PRECONDITION,
      attempts: 1,
      message: expect.stringContaining(`the server expects TLS on this port: use 'https://127.0.0.1:${port}'`),
    });
  });

  it('is not meant by a server that closes connections and speaks no TLS: it may be starting', async () => {
    const port = await listen(answering(''));
    expect(await failure(port, 2)).toMatchObject({ rpcCode: Code.UNAVAILABLE, attempts: 2 });
  });

  it('is not meant by another 400', async () => {
    const port = await listen(answering(badRequest('no such field')));
    expect((await failure(port)).message).not.toContain('TLS');
  });
});
