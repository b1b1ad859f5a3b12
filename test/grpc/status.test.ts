import { createServer, type Http2Server } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { StatusDetail } from '../../src/status.js';
import { encodeStatus } from '../../src/wire/messages.js';
import { until } from '../support/grpc-server.js';
import { name, running, toClose, serve, connect, caught } from './support.js';

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
      status: { message: 'no response within 60 ms', details: [] },
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
