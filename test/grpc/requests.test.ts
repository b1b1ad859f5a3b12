import { describe, expect, it } from '@jest/globals';
import { grpcTransport } from '../../src/grpc/index.js';
import {
  decodeListRequest,
  decodeNameRequest,
  decodeWaitRequest,
  encodeListResponse,
  encodeOperation,
} from '../../src/wire/messages.js';
import { name, running, serve, connect, caught } from './support.js';

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
