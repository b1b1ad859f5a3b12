import { inspect } from 'node:util';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { createConnectTransport as createNodeTransport } from '@connectrpc/connect-node';
import { Code as ConnectCode, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { describe, expect, it, jest } from '@jest/globals';
import { connectTransport } from '../../src/connect/index.js';
import { Code, OperationsClient, type OperationsTransport } from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { startConnectServer } from '../support/connect-server.js';
import { useHttpServers } from '../support/http-server.js';
import { rejection } from '../support/wires.js';

const serve = useHttpServers();
const name = 'operations/7';
const get = (transport: OperationsTransport, options = {}): Promise<unknown> =>
  rejection(transport.getOperation({ name }, options));

/** A transport over a server that sends one response to all requests. */
async function answering(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
  create: (baseUrl: string) => Transport = (baseUrl) => createConnectTransport({ baseUrl }),
) {
  const server = await serve((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  });
  return { ...server, transport: connectTransport(create(server.origin)) };
}

describe('connectTransport()', () => {
  it.each([undefined, null, {}, 'https://api.example.com'])('refuses %p, which is not a transport', (transport) => {
    expect(() => connectTransport(transport as never)).toThrow(
      /^Cannot create a transport over Connect as 'transport' must be a transport of @connectrpc\/connect/,
    );
  });

  it.each<[object, RegExp]>([
    [{ apiEndpoint: '' }, /'apiEndpoint' must be a host or host:port/],
    [{ apiEndpoint: 'https://h/?key=s3cret' }, /'apiEndpoint' must be a host or host:port(?!.*s3cret)/],
    [{ apiEndPoint: 'h' }, /'apiEndPoint' is not an option: did you mean 'apiEndpoint'/],
    [{ routingHeader: 'yes' }, /'routingHeader' must be a boolean/],
    [{ headers: { 'x\n': 'a' } }, /must be a valid HTTP header/],
  ])('refuses the options %p', (options, message) => {
    const transport = createConnectTransport({ baseUrl: 'http://127.0.0.1:1' });
    expect(() => connectTransport(transport, options as never)).toThrow(message);
  });

  it('drops __proto__ in JSON, as REST does', async () => {
    for (const key of ['__proto__', '__pro\\u0074o__']) {
      const message = `{"@type":"x/T","a":[{"${key}":{"b":1},"c":1}]}`;
      const server = await answering(200, `{"name":"${name}","done":true,"response":${message},"${key}":{}}`);
      const { response } = await server.transport.getOperation({ name }, {});
      expect(JSON.stringify(response!.json)).toBe('{"@type":"x/T","a":[{"c":1}]}');
    }
  });

  it('sends its headers, and the routing header to a host of Google only', async () => {
    await using emulator = new OperationsEmulator();
    await using server = await startConnectServer(emulator.transport(), false);
    emulator.start({ name, durationMs: 0 });
    const connect = createGrpcWebTransport(server);
    const headers = { 'x-tenant': 'ours', 'x-trace': 'a' };
    const google = connectTransport(connect, { apiEndpoint: 'speech.googleapis.com', headers });
    expect(google.apiEndpoint).toBe('speech.googleapis.com');
    await google.getOperation({ name }, { headers: { 'X-Trace': 'b' } });
    await connectTransport(connect).getOperation({ name }, {});
    await connectTransport(connect, { routingHeader: true }).getOperation({ name }, {});
    const seen = emulator.calls.map(({ headers }) => [headers['x-tenant'], headers['x-trace']]);
    expect(seen).toEqual([['ours', 'b'], [], []].map(([tenant, trace]) => [tenant, trace]));
    const routing = emulator.calls.map(({ headers }) => headers['x-goog-request-params']);
    expect(routing).toEqual(['name=operations%2F7', undefined, 'name=operations%2F7']);
  });

  it('sends the deadline of the call in whole milliseconds', async () => {
    const { transport, requests } = await answering(200, '{"name":"operations/7"}');
    await transport.getOperation({ name }, { timeoutMs: 1500.25 });
    expect(requests[0]!.headers['connect-timeout-ms']).toBe('1501');
  });

  it('puts the host in tokens, which another host refuses', () => {
    const connect = createConnectTransport({ baseUrl: 'https://api.example.com' });
    const client = new OperationsClient({ transport: connectTransport(connect, { apiEndpoint: 'api.example.com' }) });
    const token = client.poller(name).toJSON();
    expect(token).toMatchObject({ apiEndpoint: 'api.example.com' });
    const other = new OperationsClient({ transport: connectTransport(connect, { apiEndpoint: 'api.example.org' }) });
    expect(() => other.resume(token)).toThrow(TypeError);
  });

  it('waits for as long as the service asks after a success', async () => {
    const { transport } = await answering(200, '{"name":"operations/7"}', { 'retry-after': '7' });
    expect(await transport.getOperation({ name }, {})).toMatchObject({ done: false, retryAfterMs: 7000 });
  });

  it.each([
    ['JSON', '{"name":"operations/7","done":true,"response":{"@type":"x/unknown.Type","pages":3,"none":null}}'],
  ])('keeps an Any of a type that nothing knows, in %s', async (_, body) => {
    const { transport } = await answering(200, body);
    expect(await transport.getOperation({ name }, {})).toMatchObject({
      response: { typeUrl: 'x/unknown.Type', json: { '@type': 'x/unknown.Type', pages: 3, none: null } },
    });
  });

  it('does not send a call that is aborted, and none after close()', async () => {
    const { transport, requests } = await answering(200, '{"name":"operations/7"}');
    const reason = new Error('enough');
    expect(await get(transport, { signal: AbortSignal.abort(reason) })).toBe(reason);
    await transport.close();
    expect(await get(transport)).toMatchObject({ rpcCode: Code.CANCELLED });
    expect(requests).toHaveLength(0);
  });
});

describe('a failure over Connect', () => {
  const html = { 'content-type': 'text/html' };

  it.each<[number, string, Record<string, string>, object]>([
    [503, '<h1>busy</h1>', html, { rpcCode: Code.UNAVAILABLE, origin: 'transport', httpStatus: 503 }],
    [502, '', html, { rpcCode: Code.UNAVAILABLE, origin: 'transport', httpStatus: 502 }],
    [500, '', html, { rpcCode: Code.INTERNAL, origin: 'transport', httpStatus: 500 }],
    [429, '', { ...html, 'retry-after': '3' }, { rpcCode: Code.RESOURCE_EXHAUSTED, retryAfterMs: 3000 }],
    [408, '', html, { rpcCode: Code.DEADLINE_EXCEEDED, origin: 'transport', httpStatus: 408 }],
    [404, 'no such page', html, { rpcCode: Code.UNIMPLEMENTED, origin: 'transport', httpStatus: 404 }],
    [401, '', html, { rpcCode: Code.UNAUTHENTICATED, origin: 'transport', httpStatus: 401 }],
    [404, '{"code":"not_found","message":"gone"}', {}, { rpcCode: Code.NOT_FOUND, origin: 'service' }],
    [404, '{"error":"no route"}', {}, { rpcCode: Code.UNIMPLEMENTED }],
    [500, '{"error":"no route"}', {}, { rpcCode: Code.UNKNOWN, origin: 'transport' }],
    [400, '{"code":"failed_precondition"}', {}, { rpcCode: Code.FAILED_PRECONDITION, origin: 'service' }],
    [500, '{"code":"unknown","message":"HTTP 5"}', {}, { rpcCode: Code.UNKNOWN, origin: 'service' }],
    [200, '<h1>Wi-Fi</h1>', html, { rpcCode: Code.UNKNOWN, origin: 'transport' }],
    [200, '', {}, { rpcCode: Code.UNKNOWN, origin: 'transport' }],
    [200, '[]', {}, { code: 'LRO_MALFORMED_OPERATION', operationName: name }],
    [200, 'null', {}, { code: 'LRO_MALFORMED_OPERATION', operationName: name }],
  ])('with HTTP %i and the body %p is what it says', async (status, body, headers, expected) => {
    const { transport } = await answering(status, body, headers);
    expect(await get(transport)).toMatchObject(expected);
    const node = (baseUrl: string): Transport =>
      createNodeTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false });
    expect(await get((await answering(status, body, headers, node)).transport)).toMatchObject(expected);
  });

  it('of gRPC-web in headers alone is that of the service', async () => {
    const headers = { 'content-type': 'application/grpc-web+proto', 'grpc-status': '5', 'grpc-message': 'gone%21' };
    const grpcWeb = (baseUrl: string): Transport => createGrpcWebTransport({ baseUrl });
    const { transport } = await answering(200, '', headers, grpcWeb);
    expect(await get(transport)).toMatchObject({
      rpcCode: Code.NOT_FOUND,
      origin: 'service',
      status: { message: 'gone!' },
    });
  });

  it('of bytes that are not an operation is a MalformedOperationError with its name', async () => {
    const body = Buffer.from('\x0a\x05abcde\x12\x02\xff\xff', 'latin1'); // a name, and metadata that are not an Any
    const binary = (baseUrl: string): Transport => createConnectTransport({ baseUrl, useBinaryFormat: true });
    const { transport } = await answering(200, body, { 'content-type': 'application/proto' }, binary);
    expect(await get(transport)).toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: name });
  });

  it('of a message over the size limit is OUT_OF_RANGE', async () => {
    const body = JSON.stringify({ name, metadata: { '@type': 'x/y', text: 'x'.repeat(1000) } });
    const small = (baseUrl: string): Transport =>
      createNodeTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false, readMaxBytes: 100 });
    const { transport } = await answering(200, body, {}, small);
    expect(await get(transport)).toMatchObject({ rpcCode: Code.OUT_OF_RANGE, origin: 'transport' });
  });

  it.each<[string, (baseUrl: string) => Transport]>([
    ['fetch', (baseUrl) => createConnectTransport({ baseUrl })],
    ['HTTP/1.1', (baseUrl) => createNodeTransport({ baseUrl, httpVersion: '1.1' })],
    ['HTTP/2', (baseUrl) => createNodeTransport({ baseUrl, httpVersion: '2' })],
  ])('of a connection is UNAVAILABLE over %s', async (_, create) => {
    // Nothing listens there, and fetch does not block the port.
    const transport = connectTransport(create('http://127.0.0.1:2'), { apiEndpoint: '127.0.0.1:2' });
    const error = await get(transport);
    expect(error).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport' });
    expect(String(error)).toMatch(/No response from 127\.0\.0\.1:2: .*ECONNREFUSED/);
  });

  it.each(['Failed to fetch', 'Load failed', 'NetworkError when attempting to fetch resource.', 'fetch failed'])(
    "of a browser's fetch that says %p is UNAVAILABLE",
    async (message) => {
      const fetch = () => Promise.reject(new TypeError(message));
      const transport = connectTransport(createConnectTransport({ baseUrl: 'https://api.example.com', fetch }));
      expect(await get(transport)).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport' });
    },
  );

  it('of a port without TLS is final', async () => {
    const { origin } = await answering(200, '{}');
    const baseUrl = origin.replace('http:', 'https:');
    const transport = connectTransport(createNodeTransport({ baseUrl, httpVersion: '1.1' }));
    expect(await get(transport)).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION });
  });

  it.each<[string, unknown, object]>([
    ['a TypeError is thrown unchanged', new TypeError('no token of undefined'), { name: 'TypeError' }],
    [
      'a ConnectError keeps its code',
      new ConnectError('log in first', ConnectCode.Unauthenticated),
      { rpcCode: Code.UNAUTHENTICATED, origin: 'transport' },
    ],
    ['another error is UNKNOWN', new Error('odd'), { rpcCode: Code.UNKNOWN, status: { message: 'odd' } }],
  ])('of an interceptor: %s', async (_, thrown, expected) => {
    const interceptor: Interceptor = () => () => Promise.reject(thrown);
    const connect = createConnectTransport({ baseUrl: 'http://127.0.0.1:1', interceptors: [interceptor] });
    const error = await get(connectTransport(connect));
    expect(error).toMatchObject(expected);
    if (thrown instanceof TypeError) expect(error).toBe(thrown);
  });

  it('at the deadline names the host, although Connect has a timer of its own', async () => {
    const { origin } = await serve(() => undefined);
    const connect = createConnectTransport({ baseUrl: origin });
    const error = await get(connectTransport(connect, { apiEndpoint: 'api.example.com' }), { timeoutMs: 30 });
    expect(error).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED, origin: 'transport' });
    expect(String(error)).toContain('no response from api.example.com within 30 ms');
  });

  it('that repeats the credentials of the call does not show them', async () => {
    const secret = 'v3ry-s3cret-t0ken';
    const echo = await serve((request, response) => {
      response.writeHead(403, { 'content-type': 'application/json' });
      const message = `you sent ${String(request.headers['x-api-key'])} and ${String(request.headers.authorization)}`;
      response.end(JSON.stringify({ code: 'permission_denied', message }));
    });
    const bearer: Interceptor = (next) => (request) => {
      request.header.set('authorization', 'Bearer ya29.0123456789abcdef');
      return next(request);
    };
    const connect = createConnectTransport({ baseUrl: echo.origin, interceptors: [bearer] });
    const error = await get(connectTransport(connect), { headers: { 'x-api-key': secret } });
    expect(error).toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).toContain('you sent *** and ');
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain('0123456789abcdef');
  });

  it('of an operation that repeats the credentials of the call does not show them', async () => {
    const secret = 'v3ry-s3cret-t0ken';
    const operation = { name, done: true, error: { code: 7, message: `key ${secret} refused` } };
    const { transport } = await answering(200, JSON.stringify(operation));
    const client = new OperationsClient({ transport });
    const error = await rejection(client.poller(name, undefined, { headers: { 'x-api-key': secret } }).promise());
    expect(error).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { message: 'key *** refused' } });
  });
});

it('waits without WaitOperation at a server that has none', async () => {
  await using emulator = new OperationsEmulator();
  const backend = emulator.transport();
  await using server = await startConnectServer(backend, false);
  const fetchUrl = jest.fn<typeof fetch>((url, init) =>
    String(url).endsWith('/WaitOperation') ? Promise.resolve(new Response(null, { status: 404 })) : fetch(url, init),
  );
  const transport = connectTransport(createConnectTransport({ ...server, fetch: fetchUrl }));
  await using client = new OperationsClient({ transport, polling: { backoff: () => 5 } });
  const { name } = emulator.start({ durationMs: 20 });
  await client.poller(name).pollUntilDone();
  await client.poller(name).pollUntilDone();
  expect(fetchUrl.mock.calls.filter(([url]) => String(url).endsWith('/WaitOperation'))).toHaveLength(1);
});
