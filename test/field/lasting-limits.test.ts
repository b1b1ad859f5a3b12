// Failures that would be the same the next time: a message over a size limit, and a port that speaks something else.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Code as ConnectCode, ConnectError } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { connectTransport } from '../../src/connect/index.js';
import { customOperations } from '../../src/custom/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { Code, OperationsClient, type OperationsTransport, type RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { useCleanups } from '../support/cleanups.js';
import { startGrpcServer } from '../support/grpc-server.js';
import { fetchOf } from '../support/http-ways.js';

const name = 'operations/a';
const sslCreds = gax.grpc.credentials.createInsecure();

const toClose = useCleanups();

const failure = (transport: OperationsTransport): Promise<RequestError> => {
  const client = new OperationsClient({ transport });
  toClose.push(() => client.close());
  return client
    .poller(name)
    .promise()
    .then(
      () => Promise.reject(new Error('It resolved')),
      (error: unknown) => error as RequestError,
    );
};

/** A gRPC server that responds to each call with RESOURCE_EXHAUSTED. */
async function exhausted(details: string): Promise<number> {
  const server = await startGrpcServer({
    GetOperation: () => ({ code: 8, details }),
    WaitOperation: () => ({ code: 12 }),
  });
  toClose.push(() => server.close());
  return server.port;
}

const ways: readonly [way: string, transport: (message: string) => Promise<OperationsTransport>][] = [
  ['gRPC', async (message) => grpcTransport({ apiEndpoint: `127.0.0.1:${await exhausted(message)}`, sslCreds })],
  [
    'Connect',
    async (message) =>
      connectTransport(createGrpcTransport({ baseUrl: `http://127.0.0.1:${await exhausted(message)}` })),
  ],
  [
    'grpc-gateway',
    (message) =>
      Promise.resolve(
        restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([429, { code: 8, message, details: [] }]) }),
      ),
  ],
  [
    'REST',
    (message) => {
      const body = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message } };
      return Promise.resolve(restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([429, body]) }));
    },
  ],
  [
    'customOperations() over a client of grpc-js',
    (message) => {
      const metadata = { get: () => [], getMap: () => ({}) };
      const error = Object.assign(new Error(`8 RESOURCE_EXHAUSTED: ${message}`), {
        code: 8,
        details: message,
        metadata,
      });
      return Promise.resolve(customOperations({ get: () => Promise.reject(error), done: () => false }));
    },
  ],
];

describe.each(ways)('a message over a size limit of the server, over %s', (_, create) => {
  it.each([
    'grpc: received message larger than max (5000000 vs. 4194304)',
    'SERVER: Sent message larger than max (5000000 vs. 4194304)',
    'gRPC message exceeds maximum size 4194304: 5000000',
    'Received message exceeds the maximum configured message size.',
    'Error, decoded message length too large: found 5000000 bytes, the limit is: 4194304 bytes',
    'message size 5000000 is larger than configured max 4194304',
  ])('is OUT_OF_RANGE at once: %s', async (message) => {
    const error = await failure(await create(message));
    expect(error).toMatchObject({ rpcCode: Code.OUT_OF_RANGE, origin: 'service', attempts: 1, status: { message } });
  });
});

describe('a quota that is used up', () => {
  it.each(ways)('is RESOURCE_EXHAUSTED as ever over %s', async (_, create) => {
    const transport = await create('Quota exceeded: more messages than the maximum of 5 a minute');
    toClose.push(() => transport.close());
    const error: unknown = await transport.getOperation({ name }, {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ rpcCode: Code.RESOURCE_EXHAUSTED });
  });
});

it("a request over the client's own limit is OUT_OF_RANGE at once", async () => {
  const server = await startGrpcServer({ GetOperation: () => encodeOperation({ name, done: false }) });
  toClose.push(() => server.close());
  const grpcOptions = { 'grpc.max_send_message_length': 4 };
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${server.port}`, sslCreds, grpcOptions });
  const error = await failure(transport);
  expect(error).toMatchObject({ rpcCode: Code.OUT_OF_RANGE, origin: 'transport', attempts: 1 });
});

describe('a port of another protocol', () => {
  /** A server that responds to whatever it receives. */
  async function serve(respond: (socket: Socket, count: number) => void): Promise<number> {
    let count = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => respond(socket, ++count));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    toClose.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }
  const banner = (socket: Socket): unknown => socket.end("-ERR unknown command 'GET'\r\n");

  it('fails at once over REST, as FAILED_PRECONDITION', async () => {
    const port = await serve(banner);
    const error = await failure(restTransport({ apiEndpoint: `http://127.0.0.1:${port}` }));
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, attempts: 1 });
    expect(error.status.message).toBe(
      `127.0.0.1:${port} does not speak HTTP on this port: check the host and the port`,
    );
  });

  it('is a broken connection over REST once it has spoken HTTP', async () => {
    const body = JSON.stringify({ name, done: false });
    const port = await serve((socket, count) =>
      count === 1
        ? socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
        : banner(socket),
    );
    const transport = restTransport({ apiEndpoint: `http://127.0.0.1:${port}` });
    await transport.getOperation({ name }, {});
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: Code.UNAVAILABLE });
  });

  it('fails at once over Connect with HTTP/2, as FAILED_PRECONDITION, unless it has responded before', async () => {
    // As @connectrpc/connect-node rejects if what came is not HTTP/2.
    const cause = Object.assign(new Error('Protocol error'), { code: 'ERR_HTTP2_ERROR', errno: -505 });
    const thrown = new ConnectError('Protocol error', ConnectCode.Internal, undefined, undefined, cause);
    const fail = (): Promise<never> => Promise.reject(thrown);
    const error = await failure(connectTransport({ unary: fail }, { apiEndpoint: 'h.test' }));
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, attempts: 1 });
    expect(error.message).toContain('h.test does not speak HTTP/2 on this port');

    const fromService = new ConnectError('gone', ConnectCode.NotFound, { 'content-type': 'application/proto' });
    let count = 0;
    const unary = (): Promise<never> => Promise.reject(count++ === 0 ? fromService : thrown);
    const transport = connectTransport({ unary });
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: Code.UNAVAILABLE });
  });
});

describe('the status in the headers of Envoy', () => {
  it.each<[string, unknown]>([
    ['{}', {}],
    ['[]', []],
    ['null', 'null'],
    ['nothing', ''],
  ])('is that of a success whose body is %s', async (_, body) => {
    const headers = { 'grpc-status': '5', 'grpc-message': 'no such%20operation' };
    const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([200, body, headers]) });
    const calls = [
      () => transport.getOperation({ name }, {}),
      () => transport.listOperations({ name: 'operations' }, {}),
      () => transport.cancelOperation({ name }, {}),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        rpcCode: Code.NOT_FOUND,
        origin: 'service',
        status: { message: 'no such operation' },
      });
    }
  });

  it('is read if it came twice, and does not count beside an operation', async () => {
    const twice = { 'grpc-status': '9, 9', 'grpc-message': 'm' };
    const failing = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([400, '', twice]) });
    await expect(failing.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: Code.FAILED_PRECONDITION });
    const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([200, { name, done: true }, twice]) });
    await expect(transport.getOperation({ name }, {})).resolves.toMatchObject({ done: true });
    const cancelled = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([200, {}, { 'grpc-status': '0' }]) });
    await expect(cancelled.cancelOperation({ name }, {})).resolves.toBeUndefined();
  });
});

describe('the message of a failure in JSON that is not of the service', () => {
  it.each<[object, string]>([
    [{ type: 'about:blank', title: 'Conflict', status: 409, detail: 'version mismatch' }, 'version mismatch'],
    [{ detail: 'Not Found' }, 'Not Found'],
    [{ detail: [{ loc: ['path'] }], message: 'invalid' }, 'invalid'],
    [{ code: 'bad_route', msg: 'no such route' }, 'no such route'],
    [{ message: { text: 'x' }, error: 'not_allowed' }, 'not_allowed'],
    [{ error_description: 'expired', error: 'invalid_token' }, 'expired'],
  ])('is that of %j', async (body, message) => {
    const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([409, body]) });
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({
      status: { message: `HTTP 409: ${message}` },
    });
  });
});
