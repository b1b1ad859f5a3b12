// A plain-text connection that is closed may mean that the server expects TLS. Looking into that must not cost a connection
// for each failed call: calls fail by the thousand when the network does.
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport } from '../../src/grpc/index.js';
import { OperationsClient, type OperationsTransport } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { useCleanups } from '../support/cleanups.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { waitUntil } from '../support/wait-until.js';

const sslCreds = gax.grpc.credentials.createInsecure();
const wires = {
  gRPC: (port: number): OperationsTransport => grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds }),
  REST: (port: number): OperationsTransport => restTransport({ apiEndpoint: `http://127.0.0.1:${port}` }),
};

const toClose = useCleanups();

/** What the first byte of a TLS connection is. */
const tlsHandshake = 0x16;

/** A server that closes each connection at the first bytes. */
async function startClosing(): Promise<{ port: number; connections: number; probes: number }> {
  const counts = { port: 0, connections: 0, probes: 0 };
  const server = createServer((socket: Socket) => {
    counts.connections++;
    socket.on('error', () => undefined);
    socket.once('data', ([first]) => {
      if (first === tlsHandshake) counts.probes++;
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => server.close());
  counts.port = (server.address() as AddressInfo).port;
  return counts;
}

/** Sends 50 requests at once, each once, which all fail. */
async function failAll(transport: OperationsTransport): Promise<void> {
  const client = new OperationsClient({ transport, retry: { maxAttempts: 1 } });
  toClose.push(() => client.close());
  const calls = Array.from({ length: 50 }, (_, id) => client.getOperation({ name: `operations/${id}` }));
  const results = await Promise.allSettled(calls);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(0);
}

it('looks for TLS at most once for each closed connection over gRPC, however many calls failed with it', async () => {
  const server = await startClosing();
  await failAll(wires.gRPC(server.port));
  expect(server.probes).toBeGreaterThan(0);
  expect(server.probes).toBeLessThanOrEqual(server.connections - server.probes);
});

it.each(['gRPC', 'REST'] as const)('looks for TLS no more once plain text was accepted over %s', async (wire) => {
  const emulator = new OperationsEmulator();
  const port = wire === 'gRPC' ? await emulator.listenGrpc() : await emulator.listenHttp();
  toClose.push(() => emulator.close());
  const proxy = await FaultProxy.start(port);
  toClose.push(() => proxy.close());
  const transport = wires[wire](proxy.port);
  toClose.push(() => transport.close());
  const { name } = emulator.start({ name: 'operations/1', durationMs: 60_000 });
  await transport.getOperation({ name }, {});

  // The same address, where each connection is closed from now on.
  proxy.refuse();
  proxy.breakConnections('reset');
  const server = await startClosing();
  const closing = await FaultProxy.start(server.port);
  toClose.push(() => closing.close());
  closing.refuse();
  closing.port = proxy.port;
  await closing.accept();
  // grpc-js fails calls for a second without a connection, since the port was closed.
  await waitUntil(async () => {
    await failAll(transport);
    return server.connections > 0;
  });
  await failAll(transport);
  expect(server.probes).toBe(0);
});
