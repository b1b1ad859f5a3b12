// Calls that wait for a response on a gRPC connection that has gone silent.
import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import type { RequestError } from '../../src/errors.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { ReplacementBackoff } from '../../src/grpc/replacement-backoff.js';
import { OperationsClient } from '../../src/index.js';
import type { OperationsTransport } from '../../src/transport.js';
import { encodeListResponse, encodeOperation } from '../../src/wire/messages.js';
import { useCleanups } from '../support/cleanups.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { startGrpcServer, type Reply } from '../support/grpc-server.js';

const name = 'projects/p/operations/1';
const running = encodeOperation({ name, done: false });
const longMs = 50_000;

const toClose = useCleanups();

/** A transport with one connection that has responded and then gone silent. */
async function silentTransport(getReply: () => Reply = () => running) {
  const server = await startGrpcServer({
    GetOperation: getReply,
    WaitOperation: () => running,
    CancelOperation: () => new Uint8Array(),
    DeleteOperation: () => new Uint8Array(),
    ListOperations: () => encodeListResponse({ operations: [], nextPageToken: '', unreachable: [] }),
  });
  const proxy = await FaultProxy.start(server.port);
  const sslCreds = gax.grpc.credentials.createInsecure();
  const apiEndpoint = `127.0.0.1:${proxy.port}`;
  const transport = grpcTransport({ apiEndpoint, sslCreds }) as Required<OperationsTransport>;
  toClose.push(
    () => server.close(),
    () => proxy.close(),
    () => transport.close(),
  );
  await transport.getOperation({ name }, {});
  proxy.breakConnections('silence');
  return { server, proxy, transport };
}

/** Sends a call that is the first to reach its deadline. */
const reachDeadline = (transport: OperationsTransport): Promise<unknown> =>
  expect(transport.getOperation({ name }, { timeoutMs: 300 })).rejects.toMatchObject({ rpcCode: 4 });

describe('when a silent gRPC connection is replaced', () => {
  it.each([
    ['GetOperation', (to: Required<OperationsTransport>) => to.getOperation({ name }, { timeoutMs: longMs })],
    ['ListOperations', (to: Required<OperationsTransport>) => to.listOperations({ name }, { timeoutMs: longMs })],
    [
      'WaitOperation',
      (to: Required<OperationsTransport>) => to.waitOperation({ name, timeoutMs: 1 }, { timeoutMs: longMs }),
    ],
  ] as const)('a waiting %s is sent again, with the deadline that is left', async (method, call) => {
    const { server, proxy, transport } = await silentTransport();
    const sentMs = Date.now();
    const response = call(transport);
    await reachDeadline(transport);
    await response;
    expect(proxy.accepted).toBe(2);
    const seen = server.calls.filter((call) => call.method === method);
    expect(seen.at(-1)!.deadlineMs).toBeLessThanOrEqual(sentMs + longMs + 1000);
  });

  it.each([
    ['CancelOperation', (to: OperationsTransport) => to.cancelOperation({ name }, { timeoutMs: longMs })],
    ['DeleteOperation', (to: OperationsTransport) => to.deleteOperation({ name }, { timeoutMs: longMs })],
  ] as const)('a waiting %s fails as UNAVAILABLE, since it may have been executed', async (method, call) => {
    const { server, transport } = await silentTransport();
    const failure = call(transport).catch((error: unknown) => error as RequestError);
    await reachDeadline(transport);
    expect(await failure).toMatchObject({ rpcCode: 14, origin: 'transport' });
    expect(server.calls.some((call) => call.method === method)).toBe(false);
  });

  it('a client sends such a call again', async () => {
    const { server, transport } = await silentTransport();
    const client = new OperationsClient({ transport, retry: { initialDelayMs: 1 } });
    const cancelled = client.cancelOperation({ name }, { timeoutMs: longMs });
    await reachDeadline(transport);
    await cancelled;
    expect(server.calls.filter(({ method }) => method === 'CancelOperation')).toHaveLength(1);
  });

  it('hundreds of waiting calls share the new connection', async () => {
    const { proxy, transport } = await silentTransport();
    const calls = Array.from({ length: 300 }, () => transport.getOperation({ name }, { timeoutMs: longMs }));
    await reachDeadline(transport);
    expect(await Promise.all(calls)).toHaveLength(300);
    expect(proxy.accepted).toBe(2);
  });

  it('a call that was sent again can be aborted, and has its own deadline', async () => {
    let reply: Reply = running;
    const { server, transport } = await silentTransport(() => reply);
    reply = 'hang';
    const controller = new AbortController();
    const aborted = transport.getOperation({ name }, { timeoutMs: longMs, signal: controller.signal });
    const late = transport.getOperation({ name }, { timeoutMs: 1000 });
    await reachDeadline(transport);
    await server.seen(3);
    controller.abort('enough');
    await expect(aborted).rejects.toBe('enough');
    await expect(late).rejects.toMatchObject({ rpcCode: 4, origin: 'transport' });
  });

  it('nothing is sent again once the transport is closed', async () => {
    const { server, proxy, transport } = await silentTransport();
    const waiting = transport.getOperation({ name }, { timeoutMs: longMs });
    const closedAtDeadline = transport.getOperation({ name }, { timeoutMs: 300 }).catch(() => transport.close());
    await expect(waiting).rejects.toMatchObject({ rpcCode: 1 });
    await closedAtDeadline;
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.calls).toHaveLength(1);
    expect(proxy.accepted).toBe(1);
  });
});

describe('ReplacementBackoff', () => {
  it('replaces three silent replacements of a connection that has responded, without a longer pause each', () => {
    const backoff = new ReplacementBackoff();
    expect(backoff.shouldReplace(0, 1000, true)).toBe(true);
    const replacedAt = Array.from({ length: 300 }, (_, count) => (count + 1) / 4).filter((second) =>
      backoff.shouldReplace(1000 * second, 1000, false),
    );
    expect(replacedAt).toEqual([1.25, 2.5, 3.75, 6.25, 11.25, 21.25, 41.25, 71.25]);
  });

  it('does not shorten the pause for calls with a shorter deadline', () => {
    const backoff = new ReplacementBackoff();
    backoff.shouldReplace(0, 2000, true);
    expect(backoff.shouldReplace(2500, 200, false)).toBe(true);
    expect(backoff.shouldReplace(4900, 200, false)).toBe(false);
  });
});
