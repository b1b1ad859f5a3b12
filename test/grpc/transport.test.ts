import { readFileSync } from 'node:fs';
import { createServer, type Http2Server } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AbortController as PolyfillAbortController } from 'abort-controller';
import gax from 'google-gax';
import type { RequestError } from '../../src/errors.js';
import { grpcTransport, type GrpcTransportOptions } from '../../src/grpc/index.js';
import type { StatusDetail } from '../../src/status.js';
import type { CallOptions, OperationsTransport } from '../../src/transport.js';
import {
  decodeListRequest,
  decodeNameRequest,
  decodeWaitRequest,
  encodeListResponse,
  encodeOperation,
  encodeStatus,
} from '../../src/wire/messages.js';
import { startGrpcServer, until, type GrpcServer } from '../support/grpc-server.js';

const { grpc } = gax;
const sslCreds = grpc.credentials.createInsecure();
const name = 'projects/p/operations/1';
const running = encodeOperation({ name, done: false });

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function serve(...handlers: Parameters<typeof startGrpcServer>): Promise<GrpcServer> {
  const server = await startGrpcServer(...handlers);
  toClose.unshift(() => server.close());
  return server;
}

function connect(port: number, options: Partial<GrpcTransportOptions> = {}): Required<OperationsTransport> {
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds, ...options });
  toClose.unshift(() => transport.close());
  return transport as Required<OperationsTransport>;
}

const caught = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('did not reject')),
    (error: unknown) => error as RequestError,
  );

describe('the five RPCs', () => {
  it('getOperation() returns the operation unchanged', async () => {
    const operation = {
      name,
      done: true,
      metadata: { typeUrl: 't/a.M', value: Uint8Array.of(1) },
      response: { typeUrl: 't/a.R', value: Uint8Array.of(2, 3) },
    };
    const server = await serve({ GetOperation: () => encodeOperation(operation) });
    expect(await connect(server.port).getOperation({ name }, {})).toEqual(operation);
    expect(server.calls.map(({ method, request }) => [method, decodeNameRequest(request)])).toEqual([
      ['GetOperation', { name }],
    ]);
  });

  it('listOperations() sends and returns every field', async () => {
    const response = { operations: [{ name, done: false }], nextPageToken: 'n', unreachable: ['locations/x'] };
    const server = await serve({ ListOperations: () => encodeListResponse(response) });
    const request = { name: 'p', filter: 'f', pageSize: 5, pageToken: 't', returnPartialSuccess: true };
    expect(await connect(server.port).listOperations(request, {})).toEqual(response);
    expect(decodeListRequest(server.calls[0]!.request)).toEqual(request);
  });

  it('cancelOperation() and deleteOperation() return nothing', async () => {
    const server = await serve({
      CancelOperation: () => new Uint8Array(),
      DeleteOperation: () => Uint8Array.of(0x08, 1), // an unknown field
    });
    const transport = connect(server.port);
    await expect(transport.cancelOperation({ name }, {})).resolves.toBeUndefined();
    await expect(transport.deleteOperation({ name }, {})).resolves.toBeUndefined();
    expect(server.calls.map(({ method, request }) => [method, decodeNameRequest(request)])).toEqual([
      ['CancelOperation', { name }],
      ['DeleteOperation', { name }],
    ]);
  });

  it('waitOperation() sends its time limit, and has a later deadline', async () => {
    const server = await serve({ WaitOperation: () => running });
    const transport = connect(server.port);
    expect(await transport.waitOperation({ name, timeoutMs: 90_500 }, {})).toEqual({ name, done: false });
    await transport.waitOperation({ name, timeoutMs: 1000 }, {});
    await transport.waitOperation({ name, timeoutMs: 90_000 }, { timeoutMs: 5000 });
    expect(decodeWaitRequest(server.calls[0]!.request)).toEqual({ name, timeoutMs: 90_500 });
    const [long, short, told] = server.calls.map(({ deadlineMs }) => (deadlineMs - Date.now()) / 1000);
    expect(long).toBeGreaterThan(95);
    expect(long).toBeLessThan(101);
    expect(short).toBeGreaterThan(55);
    expect(short).toBeLessThan(61);
    expect(told).toBeLessThan(6);
  });

  it('waitOperation() returns an early response unchanged', async () => {
    const server = await serve({ WaitOperation: () => new Uint8Array() });
    expect(await connect(server.port).waitOperation({ name, timeoutMs: 1000 }, {})).toEqual({ name: '', done: false });
    expect(server.calls).toHaveLength(1);
  });

  it('getOperation() rejects with a MalformedOperationError if the response cannot be decoded', async () => {
    const server = await serve({ GetOperation: () => Uint8Array.of(10, 200, 1) });
    const error = await caught(connect(server.port).getOperation({ name }, {}));
    expect(error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: name });
  });

  it('getOperation() accepts a message of 20 MB', async () => {
    const response = { typeUrl: 't', value: new Uint8Array(20_000_000).fill(1) };
    const server = await serve({ GetOperation: () => encodeOperation({ name, done: true, response }) });
    const operation = await connect(server.port).getOperation({ name }, {});
    expect(operation.response!.value).toHaveLength(20_000_000);
  });
});

describe('headers', () => {
  it('getOperation() sends the routing header, percent-encoded', async () => {
    const server = await serve({ GetOperation: () => running });
    await connect(server.port, { routingHeader: true }).getOperation({ name: 'projects/p q/operations/%2F+é' }, {});
    expect(server.calls[0]!.headers['x-goog-request-params']).toBe(
      'name=projects%2Fp%20q%2Foperations%2F%252F%2B%C3%A9',
    );
  });

  it('listOperations() sends no routing header for an empty name', async () => {
    const server = await serve({ ListOperations: () => new Uint8Array() });
    await connect(server.port).listOperations({ name: '' }, {});
    expect(server.calls[0]!.headers).not.toHaveProperty('x-goog-request-params');
  });

  it('getOperation() sends x-goog-api-client', async () => {
    const server = await serve({ GetOperation: () => running });
    await connect(server.port).getOperation({ name }, {});
    expect(server.calls[0]!.headers['x-goog-api-client']).toMatch(/^gl-node\/[\d.]+ grpc\/[\d.]+ gax\/[\d.]+/);
  });

  it("getOperation() overrides the transport's headers with those of the call, whatever their case", async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port, {
      headers: { 'X-Own': 'transport', 'x-other': 'transport', 'X-Goog-Api-Client': 'mine' },
    });
    await transport.getOperation({ name }, { headers: { 'x-OWN': 'call', 'x-goog-request-params': 'name=elsewhere' } });
    expect(server.calls[0]!.headers).toMatchObject({
      'x-own': 'call',
      'x-other': 'transport',
      'x-goog-api-client': 'mine',
      'x-goog-request-params': 'name=elsewhere',
    });
  });

  it.each([
    ['with-bin', 'x'],
    ['grpc-timeout', '1S'],
    ['in valid', 'x'],
    ['', 'x'],
    [':path', 'x'],
    ['x-secret', 'hush\n'],
    ['x-secret', 'hush\u00e9'],
    ['x-secret', 5],
  ])('grpcTransport() and getOperation() throw for the header %j: %j without showing its value', async (key, value) => {
    const headers = { [key]: value } as Record<string, string>;
    expect(() => grpcTransport({ apiEndpoint: 'a', headers })).toThrow(TypeError);
    const error = await caught(connect(1).getOperation({ name }, { headers }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('Cannot call GetOperation as');
    expect(error.message).not.toContain('hush');
  });

  it('getOperation() rejects a name with a lone surrogate', async () => {
    expect(await caught(connect(1).getOperation({ name: 'a\ud800' }, {}))).toBeInstanceOf(TypeError);
  });
});

describe('a status of the service', () => {
  const details: StatusDetail[] = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'LATER', domain: 'a.com', metadata: { zone: 'b' } },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.500s' },
    { typeUrl: 'type.googleapis.com/util.StatusProto', value: Uint8Array.of(1, 2) },
  ];
  const bin = (message: string) => ({
    'grpc-status-details-bin': encodeStatus({ code: 14, message, details }),
  });

  it.each([false, true])('getOperation() rejects with it, details typed (after headers: %j)', async (afterHeaders) => {
    const reply = { code: 14, details: 'try later', trailers: bin('try later'), afterHeaders };
    const server = await serve({ GetOperation: () => reply });
    const error = await caught(connect(server.port).getOperation({ name }, {}));
    expect(error).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      message: `GetOperation of '${name}' failed: UNAVAILABLE: try later (LATER, a.com)`,
      method: 'GetOperation',
      operationName: name,
      rpcCode: 14,
      origin: 'service',
      attempts: 1,
      retryAfterMs: 2500,
      errorInfo: { reason: 'LATER' },
    });
    expect(error.status).toEqual({ code: 14, message: 'try later', details });
    expect(server.calls).toHaveLength(1);
  });

  it.each([false, true])('getOperation() needs no details (after headers: %j)', async (afterHeaders) => {
    const server = await serve({ GetOperation: () => ({ code: 5, details: 'gone', afterHeaders }) });
    const error = await caught(connect(server.port).getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: 5, origin: 'service', status: { code: 5, message: 'gone', details: [] } });
    expect(error.retryAfterMs).toBeUndefined();
  });

  it.each([
    ['', 'Invalid project uri: ', 'Invalid project uri: '],
    ['Invalid project uri:', 'Invalid project uri: ', 'Invalid project uri: '],
    ['short', 'another text', 'short'],
    ['short', '', 'short'],
    ['', '', ''],
  ])('getOperation() merges the message %j and the one in the details %j to %j', async (text, rich, message) => {
    const server = await serve({ GetOperation: () => ({ code: 3, details: text, trailers: bin(rich) }) });
    const error = await caught(connect(server.port).getOperation({ name }, {}));
    expect(error.status).toMatchObject({ code: 3, message });
  });

  it('getOperation() ignores invalid details', async () => {
    const trailers = { 'grpc-status-details-bin': Uint8Array.of(10, 200, 1) };
    const server = await serve({ GetOperation: () => ({ code: 5, details: 'gone', trailers }) });
    const error = await caught(connect(server.port).getOperation({ name }, {}));
    expect(error.status).toEqual({ code: 5, message: 'gone', details: [] });
  });

  it('getOperation() converts an unknown code to UNKNOWN', async () => {
    const server = await serve({ GetOperation: () => ({ code: 42, details: 'new' }) });
    expect(await caught(connect(server.port).getOperation({ name }, {}))).toMatchObject({
      rpcCode: 2,
      origin: 'service',
    });
  });

  it('waitOperation() rejects with UNIMPLEMENTED if the service does not have it', async () => {
    const server = await serve({ GetOperation: () => running });
    const error = await caught(connect(server.port).waitOperation({ name, timeoutMs: 1000 }, {}));
    expect(error).toMatchObject({ method: 'WaitOperation', rpcCode: 12, origin: 'service' });
  });

  it('getOperation() attributes DEADLINE_EXCEEDED in a trailer to the service', async () => {
    const server = await serve({ GetOperation: () => ({ code: 4, details: 'backend too slow' }) });
    const error = await caught(connect(server.port).getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: 4, origin: 'service', status: { message: 'backend too slow' } });
  });
});

describe('a status of the transport', () => {
  it('getOperation() rejects with UNAVAILABLE while no server listens, and recovers', async () => {
    const probe = createTcpServer().listen(0, '127.0.0.1');
    await until(() => probe.listening);
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const error = await caught(connect(port).getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: 14, origin: 'transport', method: 'GetOperation', operationName: name });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it.each(['hang', 'hang after headers'] as const)(
    'getOperation() rejects when the connection is lost (%s)',
    async (reply) => {
      const server = await serve({ GetOperation: () => reply });
      const call = caught(connect(server.port).getOperation({ name }, {}));
      await server.seen(1);
      await new Promise((resolve) => setTimeout(resolve, 30)); // for the headers to arrive
      server.close();
      const error = await call;
      expect(error.origin).toBe('transport');
      expect([13, 14]).toContain(error.rpcCode);
    },
  );

  it.each([
    [404, 12],
    [503, 14],
    [401, 16],
    [302, 2],
  ])('getOperation() maps HTTP status %d of a server without gRPC to code %d', async (httpStatus, rpcCode) => {
    const server: Http2Server = createServer((_, response) => {
      response.writeHead(httpStatus, { 'content-type': 'text/html' });
      response.end('<!DOCTYPE html>');
    }).listen(0, '127.0.0.1');
    toClose.unshift(() => server.close());
    await until(() => server.listening);
    const { port } = server.address() as AddressInfo;
    const error = await caught(connect(port).getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode, origin: 'transport' });
    expect(error.status.message).toMatch(String(httpStatus));
  });

  it('getOperation() enforces its deadline if the service hangs, and cancels the call there', async () => {
    const server = await serve({ GetOperation: () => 'hang' });
    const transport = connect(server.port);
    await caught(transport.getOperation({ name }, { timeoutMs: 1000, signal: AbortSignal.timeout(50) })); // connects
    const error = await caught(transport.getOperation({ name }, { timeoutMs: 60 }));
    expect(error).toMatchObject({
      rpcCode: 4,
      origin: 'transport',
      status: { message: 'no answer within 60 ms', details: [] },
    });
    await until(() => server.calls.every(({ cancelled }) => cancelled));
  });

  it('getOperation() enforces its deadline if the server sends nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    toClose.unshift(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    await until(() => silent.listening);
    const transport = connect((silent.address() as AddressInfo).port);
    const error = await caught(transport.getOperation({ name }, { timeoutMs: 80 }));
    expect(error).toMatchObject({ rpcCode: 4, origin: 'transport' });
    await transport.close();
  });

  it('getOperation() has a default deadline of a minute, and none beyond the range of timers', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    await transport.getOperation({ name }, {});
    await transport.getOperation({ name }, { timeoutMs: Infinity });
    expect((server.calls[0]!.deadlineMs - Date.now()) / 1000).toBeCloseTo(60, -1);
    expect((server.calls[1]!.deadlineMs - Date.now()) / 86_400_000).toBeCloseTo(24, 0);
  });

  it('getOperation() sends nothing if no time remains, and rejects a timeout that is not a number', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    for (const timeoutMs of [0, -1]) {
      expect(await caught(transport.getOperation({ name }, { timeoutMs }))).toMatchObject({ rpcCode: 4 });
    }
    expect(await caught(transport.getOperation({ name }, { timeoutMs: NaN }))).toBeInstanceOf(RangeError);
    expect(server.calls).toHaveLength(0);
  });
});

describe('abort', () => {
  const reasons: [string, unknown][] = [
    ['an Error', new Error('enough')],
    ['a string', 'enough'],
    ['null', null],
    ['0', 0],
  ];
  it.each(reasons)("getOperation() rejects in flight with the signal's reason: %s", async (_, reason) => {
    const server = await serve({ GetOperation: () => 'hang' });
    const controller = new AbortController();
    const call = caught(connect(server.port).getOperation({ name }, { signal: controller.signal }));
    await server.seen(1);
    controller.abort(reason);
    expect(await call).toBe(reason);
    await until(() => server.calls[0]!.cancelled);
  });

  it('getOperation() rejects with an AbortError for a polyfill signal without a reason', async () => {
    const server = await serve({ GetOperation: () => 'hang' });
    const controller = new PolyfillAbortController();
    const options = { signal: controller.signal } as unknown as CallOptions;
    const transport = connect(server.port);
    const call = caught(transport.getOperation({ name }, options));
    await server.seen(1);
    controller.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    await until(() => server.calls[0]!.cancelled);
    expect(await caught(transport.getOperation({ name }, options))).toMatchObject({ name: 'AbortError' });
    expect(server.calls).toHaveLength(1);
  });

  it('getOperation() sends nothing if it is already aborted', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    await transport.getOperation({ name }, {});
    expect(await caught(transport.getOperation({ name }, { signal: AbortSignal.abort('no') }))).toBe('no');
    await transport.getOperation({ name }, {});
    expect(server.calls).toHaveLength(2);
  });

  it('getOperation() sends nothing if it is aborted while the channel opens', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    const controller = new AbortController();
    const call = caught(transport.getOperation({ name }, { signal: controller.signal }));
    controller.abort('no');
    expect(await call).toBe('no');
    await transport.getOperation({ name }, {});
    expect(server.calls).toHaveLength(1);
  });

  it('getOperation() leaves no listener behind, however it ends', async () => {
    const server = await serve({ GetOperation: (request) => (request.length > 30 ? 'hang' : running) });
    const transport = connect(server.port);
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    };
    await transport.getOperation({ name }, { signal });
    expect(listeners.size).toBe(0);
    await caught(transport.listOperations({ name }, { signal }));
    expect(listeners.size).toBe(0);
    await caught(transport.getOperation({ name: 'long'.repeat(20) }, { signal, timeoutMs: 30 }));
    expect(listeners.size).toBe(0);
    const call = caught(transport.getOperation({ name: 'long'.repeat(20) }, { signal }));
    for (const listener of listeners) listener();
    await call;
    expect(listeners.size).toBe(0);
  });
});

describe('close', () => {
  it('close() makes calls after it reject with CANCELLED', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    await transport.getOperation({ name }, {});
    await transport.close();
    await transport.close();
    const error = await caught(transport.getOperation({ name }, {}));
    expect(error).toMatchObject({
      rpcCode: 1,
      origin: 'transport',
      message: `GetOperation of '${name}' failed: CANCELLED: the transport is closed`,
    });
  });

  it('close() cancels the running calls', async () => {
    const server = await serve({ GetOperation: () => 'hang' });
    const transport = connect(server.port);
    const call = caught(transport.getOperation({ name }, {}));
    await server.seen(1);
    await transport.close();
    expect(await call).toMatchObject({ rpcCode: 1, origin: 'transport' });
    await until(() => server.calls[0]!.cancelled);
  });

  it('close() while the channel opens rejects the waiting calls, and nothing is sent', async () => {
    const server = await serve({ GetOperation: () => running });
    let release!: () => void;
    const authClient = { getRequestHeaders: () => Promise.resolve({}) };
    const auth = {
      getClient: () => new Promise<typeof authClient>((resolve) => (release = () => resolve(authClient))),
    };
    const transport = connect(server.port, { sslCreds: undefined, auth });
    const call = caught(transport.getOperation({ name }, {}));
    await until(() => (release as unknown) !== undefined);
    await transport.close();
    expect(await call).toMatchObject({ rpcCode: 1, origin: 'transport' });
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await caught(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: 1 });
    expect(server.calls).toHaveLength(0);
  });
});

describe('options', () => {
  it.each(['', 'https://a.com', 'a.com/v1', 'a.com:', 'a.com:0', 'a.com:70000', 'a b', 'u@a.com', '::1', 5, undefined])(
    'grpcTransport() throws for the apiEndpoint %j',
    (apiEndpoint) => expect(() => grpcTransport({ apiEndpoint } as never)).toThrow(TypeError),
  );

  it.each(['speech.googleapis.com', 'localhost:9010', '127.0.0.1:1', '[::1]:80', 'a_b'])(
    'grpcTransport() takes %j for apiEndpoint and shows it',
    (apiEndpoint) => expect(grpcTransport({ apiEndpoint }).apiEndpoint).toBe(apiEndpoint),
  );

  it('grpcTransport() passes channel options to grpc-js', async () => {
    const server = await serve({ GetOperation: () => encodeOperation({ name: 'x'.repeat(2000), done: false }) });
    const transport = connect(server.port, { grpcOptions: { 'grpc.max_receive_message_length': 1000 } });
    const error = await caught(transport.getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: 8, origin: 'transport' });
  });

  it('getOperation() rejects if sslCreds are invalid', async () => {
    const error = await caught(connect(1, { sslCreds: {} as never }).getOperation({ name }, {}));
    expect(error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: 9, origin: 'transport' });
    expect(error.message).toContain('sslCreds');
  });
});

describe('TLS', () => {
  const file = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));
  const secure = () => {
    const pair = { cert_chain: file('cert'), private_key: file('key') };
    return serve({ GetOperation: () => running }, grpc.ServerCredentials.createSsl(null, [pair]));
  };

  it('getOperation() uses TLS with the certificates of sslCreds', async () => {
    const server = await secure();
    const apiEndpoint = `localhost:${server.port}`;
    const transport = connect(0, { apiEndpoint, sslCreds: grpc.credentials.createSsl(file('cert')) });
    expect(await transport.getOperation({ name }, {})).toEqual({ name, done: false });
  });

  it('getOperation() rejects an untrusted certificate, and sends no credentials', async () => {
    const server = await secure();
    let asked = 0;
    const authClient = { getRequestHeaders: () => Promise.resolve({ authorization: `Bearer ${++asked}` }) };
    const transport = connect(0, { apiEndpoint: `localhost:${server.port}`, sslCreds: undefined, authClient });
    expect(await caught(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: 9, origin: 'transport' });
    expect(server.calls).toHaveLength(0);
    expect(asked).toBe(0);
  });
});
