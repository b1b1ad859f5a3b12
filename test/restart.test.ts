// A server that goes away in the middle of a wait and comes back on the same port.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport } from '../src/grpc/index.js';
import {
  constantBackoff,
  OperationsClient,
  type OperationsTransport,
  type PollingEvent,
  type PollingOptions,
  type RawOperation,
} from '../src/index.js';
import { encodeOperation } from '../src/wire/messages.js';
import { startGrpcServer, until, type GrpcServer, type Reply } from './support/grpc-server.js';
import { exportAgent, exported, later } from './support/wires.js';

const name = 'operations/1';
const running: RawOperation = { name, done: false };
const done: RawOperation = { name, done: true, response: exported };

let server: GrpcServer;
let transport: OperationsTransport;

/** Starts the server, which answers both ways of asking alike. */
const start = (reply: Reply, atPort = 0): Promise<GrpcServer> => {
  const answer = (): Reply => reply;
  return startGrpcServer({ GetOperation: answer, WaitOperation: answer }, undefined, atPort);
};

beforeEach(async () => {
  server = await start(encodeOperation(running));
  transport = grpcTransport({
    apiEndpoint: `127.0.0.1:${server.port}`,
    sslCreds: gax.grpc.credentials.createInsecure(),
    // How soon it tries to connect again.
    grpcOptions: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 100 },
  });
});
afterEach(async () => {
  await transport.close();
  server.close();
});

/** Begins to wait, and tells what happens. */
function wait(polling: PollingOptions) {
  const events: PollingEvent[] = [];
  const client = new OperationsClient({
    transport,
    polling: { backoff: constantBackoff(20), ...polling, onEvent: (event) => events.push(event) },
    retry: { initialDelayMs: 20, maxDelayMs: 40 },
  });
  const promise = later(client.poller(name, exportAgent).promise());
  const count = (wanted: PollingEvent['type']): number => events.filter(({ type }) => type === wanted).length;
  return { promise, count };
}

describe('a wait', () => {
  it('continues when the server is back, and resolves with the response', async () => {
    const { promise, count } = wait({ serverWait: 'never' });
    await until(() => count('poll') >= 2);
    server.close();
    await until(() => count('retry') >= 2); // the port is closed
    server = await start(encodeOperation(done), server.port);
    expect((await promise).agentUri).toBe('gs://bucket/agent');
    expect(server.calls).toHaveLength(1);
  });

  it('continues when a poll is cut off in flight', async () => {
    server.close();
    server = await start('hang', server.port);
    const { promise, count } = wait({ serverWait: 'never' });
    await server.seen(1);
    server.close();
    await until(() => count('retry') >= 1);
    server = await start(encodeOperation(done), server.port);
    expect((await promise).agentUri).toBe('gs://bucket/agent');
  });

  it('continues when a server-side wait is cut off, whether or not the new server has WaitOperation', async () => {
    server.close();
    server = await start('hang', server.port);
    const { promise, count } = wait({ serverWait: 'auto' });
    await server.seen(1);
    expect(server.calls[0]).toMatchObject({ method: 'WaitOperation' });
    server.close();
    await until(() => count('wait-failed') >= 1);
    const unimplemented = { code: 12 };
    server = await startGrpcServer(
      { GetOperation: () => encodeOperation(done), WaitOperation: () => unimplemented },
      undefined,
      server.port,
    );
    expect((await promise).agentUri).toBe('gs://bucket/agent');
  });
});
