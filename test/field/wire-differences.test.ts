// Faults that ended differently over one of the wires than over the others.
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import type { Transport } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { connectTransport } from '../../src/connect/index.js';
import { customOperations } from '../../src/custom/index.js';
import { textsIn, withStatusInHeaders } from '../../src/grpc/received.js';
import { Code, OperationsClient, type ListOperationsRequest, type OperationsTransport } from '../../src/index.js';
import { toRequestError } from '../../src/rpc/to-request-error.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { grpcError, type GrpcStatus } from '../../src/transports/grpc-status.js';
import { useHttpServers } from '../support/http-server.js';
import { rejection } from '../support/wires.js';

const serve = useHttpServers();
const name = 'operations/7';
const rpc = { method: 'GetOperation', name };

describe('a response over Connect', () => {
  type Answer = readonly [status: number, body: string | Buffer, headers?: Record<string, string>];

  async function over(create: (baseUrl: string) => Transport, [status, body, headers = {}]: Answer, options = {}) {
    const { origin } = await serve((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body);
    });
    return connectTransport(create(origin), options);
  }
  const json = (baseUrl: string): Transport => createConnectTransport({ baseUrl });
  const binary = (baseUrl: string): Transport => createConnectTransport({ baseUrl, useBinaryFormat: true });
  const grpcWeb = (baseUrl: string): Transport => createGrpcWebTransport({ baseUrl });
  const get = (transport: OperationsTransport): Promise<unknown> => rejection(transport.getOperation({ name }, {}));

  it('that broke off is retried, also where Connect takes it for an invalid argument', async () => {
    // An envelope of 100 bytes, of which three came.
    const cut = Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]);
    const transport = await over(grpcWeb, [200, cut, { 'content-type': 'application/grpc-web+proto' }]);
    expect(await get(transport)).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport' });
  });

  it.each([201, 204, 206])('with HTTP %i fails as UNKNOWN, not as OK', async (status) => {
    const transport = await over(json, [status, '', { 'content-type': 'text/html' }]);
    expect(await get(transport)).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport', httpStatus: status });
  });

  it('with HTTP 403 whose headers say when to come back is a used-up rate', async () => {
    const headers = { 'content-type': 'text/html', 'retry-after': '3' };
    const transport = await over(json, [403, '<h1>slow down</h1>', headers]);
    expect(await get(transport)).toMatchObject({ rpcCode: Code.RESOURCE_EXHAUSTED, retryAfterMs: 3000 });
  });

  it('of bytes that are no message is a MalformedOperationError', async () => {
    const transport = await over(binary, [200, Buffer.from([0xff]), { 'content-type': 'application/proto' }]);
    expect(await get(transport)).toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: name });
  });

  it('that is NOT_FOUND says what to do', async () => {
    const transport = await over(json, [404, '{"code":"not_found","message":"gone"}']);
    expect(String(await get(transport))).toContain('gone; check the endpoint and the region');
  });

  it('does not show the credentials of the call in what a list or a mistaken operation holds', async () => {
    const headers = { 'x-api-key': 'v3ry-s3cret-t0ken' };
    const error = { code: 7, message: 'key v3ry-s3cret-t0ken refused' };
    const list = await over(json, [200, JSON.stringify({ operations: [{ name, done: true, error }] })], { headers });
    const { operations } = await list.listOperations({ name: 'operations' }, {});
    expect(operations[0]!.error!.message).toBe('key *** refused');
    const mistaken = await over(json, [200, JSON.stringify({ error })], { headers });
    expect(String(await get(mistaken))).toContain('key *** refused');
  });
});

describe('an error over gRPC', () => {
  const metadata = (texts: Record<string, string>) => ({
    get: (key: string) => (key in texts ? [texts[key]] : []),
    getMap: () => texts,
  });
  /** The error of a call that ends with a status, after headers. */
  const errorOf = (ended: GrpcStatus, headers = metadata({})) => {
    const status = withStatusInHeaders(ended, headers);
    return grpcError(rpc, status, true, undefined, textsIn(status.metadata, headers));
  };
  const later = { code: Code.UNAVAILABLE, details: 'later' };

  it.each<[string, Record<string, string>, number | undefined]>([
    ['Retry-After in seconds', { 'retry-after': '3' }, 3000],
    [
      'Retry-After as a date',
      { 'retry-after': 'Sun, 06 Nov 1994 08:49:47 GMT', date: 'Sun, 06 Nov 1994 08:49:37 GMT' },
      10_000,
    ],
    ['no Retry-After', {}, undefined],
    ['more than a day', { 'retry-after': '864000' }, 86_400_000],
  ])('is retried as its headers say: %s', (_, headers, retryAfterMs) => {
    const inTrailers = { ...later, metadata: metadata({ ...headers, 'content-type': 'application/grpc' }) };
    expect(errorOf(inTrailers)).toMatchObject({ retryAfterMs });
    expect(errorOf({ ...later, metadata: metadata({}) }, metadata(headers))).toMatchObject({ retryAfterMs });
  });

  it('that is a page with HTTP 403 whose headers say when to come back is a used-up rate', () => {
    const page = { code: Code.PERMISSION_DENIED, details: 'Received HTTP status code 403', metadata: metadata({}) };
    expect(errorOf(page, metadata({ 'retry-after': '3' }))).toMatchObject({
      rpcCode: Code.RESOURCE_EXHAUSTED,
      httpStatus: 403,
      retryAfterMs: 3000,
    });
    expect(errorOf(page)).toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
  });

  it('whose status is in the headers, before an empty frame of data, is that status', () => {
    const details = 'Received RST_STREAM with code 0 (Call ended without gRPC status)';
    const ended = { code: Code.INTERNAL, details, metadata: metadata({}) };
    const headers = metadata({ 'grpc-status': '5', 'grpc-message': 'gone%21' });
    expect(errorOf(ended, headers)).toMatchObject({
      rpcCode: Code.NOT_FOUND,
      origin: 'service',
      status: { message: 'gone!' },
    });
    expect(errorOf(ended)).toMatchObject({ rpcCode: Code.INTERNAL, origin: 'transport' });
  });
});

describe("what a transport of the caller's own rejects with", () => {
  const thrownBy = (action: () => unknown): unknown => {
    try {
      return action();
    } catch (error) {
      return error;
    }
  };

  it.each(['<!doctype html>\n<html></html>', '', '{"name":', '{name}'])(
    'is retried if a body is not JSON: %p',
    (body) => {
      const error = thrownBy(() => JSON.parse(body) as unknown);
      expect(error).toBeInstanceOf(SyntaxError);
      expect(toRequestError(error, rpc)).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport' });
    },
  );

  it('is final if the program makes JSON that cannot be', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const error = thrownBy(() => JSON.stringify(circular));
    expect(toRequestError(error, rpc)).toBe(error);
  });
});

it('retries a custom get() whose response is a page with HTTP 200', async () => {
  let requests = 0;
  const pages = ['<html>log in</html>', JSON.stringify({ name, done: true, response: 5 })];
  const jobs = customOperations({ get: () => new Response(pages[requests++]).json() as Promise<{ response: number }> });
  expect(await jobs.poller(name, { backoff: () => 1, retry: { initialDelayMs: 1 } }).promise()).toBe(5);
});

it('refuses a list with a field that does not exist: without its filter it would list everything', async () => {
  await using emulator = new OperationsEmulator();
  await using client = new OperationsClient({ transport: emulator.transport() });
  const request = { name: 'operations', fliter: 'done=false' } as ListOperationsRequest;
  const message = "Cannot list as 'fliter' is not an option: did you mean 'filter'?";
  expect(() => client.listOperations(request)).toThrow(new TypeError(message));
  const ofProtobufEs = { name: 'operations', $typeName: 'google.longrunning.ListOperationsRequest', $unknown: [] };
  expect((await client.listOperations(ofProtobufEs).pages().next()).done).toBe(false);
});
