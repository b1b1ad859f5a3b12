// Servers that close connections on purpose: when these reach an age, and when they are pinged too often.
import { createServer, constants, type Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import gax from 'google-gax';
import { OperationsClient } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { encodeOperation } from '../../src/wire/messages.js';
import { useCleanups } from '../support/cleanups.js';

const { grpc } = gax;
const name = 'projects/p/operations/1';
const bytes = (done: boolean): Buffer => Buffer.from(encodeOperation({ name, done }));

const cleanups = useCleanups();

function connect(port: number, grpcOptions: Record<string, number> = {}): OperationsClient {
  const sslCreds = grpc.credentials.createInsecure();
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds, grpcOptions });
  const client = new OperationsClient({ transport, retry: { initialDelayMs: 1, maxDelayMs: 20 } });
  cleanups.push(() => client.close());
  return client;
}

type Handler = gax.grpc.handleUnaryCall<Buffer, Buffer>;

/** A grpc-js server whose connections live for 60 ms. */
async function serveBriefly(handlers: Record<string, Handler>): Promise<number> {
  const server = new grpc.Server({ 'grpc.max_connection_age_ms': 60, 'grpc.max_connection_age_grace_ms': 20 });
  const same = (value: Buffer): Buffer => value;
  for (const [method, handler] of Object.entries(handlers)) {
    server.register(`/google.longrunning.Operations/${method}`, handler, same, same, 'unary');
  }
  cleanups.push(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

describe('a server that closes connections at an age', () => {
  it('does not end the polls of a wait', async () => {
    const peers = new Set<string>();
    const port = await serveBriefly({
      GetOperation: (call, callback) => {
        peers.add(call.getPeer());
        callback(null, bytes(peers.size >= 5));
      },
    });
    const poller = connect(port).poller(name, undefined, { backoff: () => 5, serverWait: 'never' });
    expect(await poller.pollUntilDone()).toMatchObject({ result: 'response' });
    expect(peers.size).toBe(5);
  });

  it('does not end the polls of many waits at once', async () => {
    const peers = new Set<string>();
    const port = await serveBriefly({
      GetOperation: (call, callback) => {
        peers.add(call.getPeer());
        callback(null, bytes(peers.size >= 4));
      },
    });
    const client = connect(port);
    const waits = Array.from({ length: 100 }, (_, i) =>
      client.poller(`${name}${i}`, undefined, { backoff: () => 5, serverWait: 'never' }).pollUntilDone(),
    );
    for (const { result } of await Promise.all(waits)) expect(result).toBe('response');
  });

  it('does not end a WaitOperation that outlives its connection', async () => {
    const peers = new Set<string>();
    const port = await serveBriefly({
      GetOperation: (_, callback) => callback(null, bytes(false)),
      // The grace period is over before there is a response: the stream is reset.
      WaitOperation: (call, callback) => {
        peers.add(call.getPeer());
        if (peers.size >= 3) callback(null, bytes(true));
      },
    });
    const poller = connect(port).poller(name, undefined, { backoff: () => 5, serverWait: 'always' });
    expect(await poller.pollUntilDone()).toMatchObject({ result: 'response' });
    expect(peers.size).toBe(3);
  });
});

describe('a server that enforces a minimum time between pings', () => {
  it('does not end a wait whose channel pings too often', async () => {
    const log = jest.spyOn(console, 'error').mockReturnValue();
    cleanups.push(() => log.mockRestore());
    const sessions = new Set<Http2Session>();
    let refusals = 0;
    const server = createServer();
    server.on('session', (session) => {
      sessions.add(session);
      let pings = 0;
      session.on('ping', () => {
        // As a grpc server does after a few pings: GOAWAY with ENHANCE_YOUR_CALM and "too_many_pings".
        if (++pings < 3) return;
        refusals++;
        session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from('too_many_pings'));
        session.close();
      });
    });
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.resume();
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      const message = bytes(refusals > 0);
      const frame = Buffer.alloc(5);
      frame.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([frame, message]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => {
      for (const session of sessions) session.destroy();
      server.close();
    });
    const grpcOptions = { 'grpc.keepalive_time_ms': 10, 'grpc.keepalive_permit_without_calls': 1 };
    const client = connect((server.address() as AddressInfo).port, grpcOptions);
    const poller = client.poller(name, undefined, { backoff: () => 5, serverWait: 'never' });
    expect(await poller.pollUntilDone()).toMatchObject({ result: 'response' });
    expect(refusals).toBeGreaterThan(0);
    expect(sessions.size).toBeGreaterThan(1);
    expect(String(log.mock.calls[0])).toContain('rejected by server because of excess pings');
  });
});
