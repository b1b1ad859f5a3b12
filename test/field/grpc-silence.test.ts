// Connections that go silent: a NAT, VPN, balancer or Wi-Fi drops the flow, with no FIN and no RST; new connections work.
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport, type GrpcTransportOptions } from '../../src/grpc/index.js';
import { ReplacementBackoff } from '../../src/grpc/replacement-backoff.js';
import { constantBackoff, OperationsClient, type OperationsClientOptions, type PollingEvent } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { encodeListResponse, encodeOperation } from '../../src/wire/messages.js';
import { useCleanups } from '../support/cleanups.js';
import { FaultProxy, type FaultProxyOptions } from '../support/fault-proxy.js';
import { startGrpcServer, until, type GrpcServer } from '../support/grpc-server.js';

const { grpc } = gax;
const sslCreds = grpc.credentials.createInsecure();
const name = 'projects/p/operations/1';
const running = encodeOperation({ name, done: false });
const timeoutMs = 600;
const ids = [1, 2, 3, 4, 5, 6, 7, 8];

const toClose = useCleanups();

function closed<T extends { close(): unknown }>(closable: T): T {
  toClose.push(() => closable.close());
  return closable;
}

async function proxyTo(port: number, options?: FaultProxyOptions): Promise<FaultProxy> {
  return closed(await FaultProxy.start(port, options));
}

const transportTo = ({ port }: { port: number }, options: Partial<GrpcTransportOptions> = {}) =>
  closed(grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds, ...options }));

function clientOf(proxy: FaultProxy, options: Partial<OperationsClientOptions> = {}): OperationsClient {
  return closed(
    new OperationsClient({
      transport: transportTo(proxy),
      polling: { backoff: constantBackoff(10), serverWait: 'never', rpcTimeoutMs: timeoutMs },
      retry: { initialDelayMs: 10, maxDelayMs: 20 },
      ...options,
    }),
  );
}

/** A server whose operations are running until `end()`. */
async function serve(): Promise<GrpcServer & { end(): void }> {
  let isDone = false;
  const state = (): Uint8Array => encodeOperation({ name, done: isDone });
  const server = await startGrpcServer({
    GetOperation: state,
    WaitOperation: state,
    CancelOperation: () => new Uint8Array(),
    DeleteOperation: () => new Uint8Array(),
    ListOperations: () => {
      const operations = ids.map((id) => ({ name: `projects/p/operations/${id}`, done: isDone }));
      return encodeListResponse({ operations, nextPageToken: '', unreachable: [] });
    },
  });
  return closed({ ...server, end: () => (isDone = true) });
}

/** A client that has a connection. */
async function connected(options: Partial<OperationsClientOptions> = {}) {
  const server = await serve();
  const proxy = await proxyTo(server.port);
  const client = clientOf(proxy, options);
  await client.getOperation({ name });
  return { server, proxy, client };
}

describe('a connection that goes silent', () => {
  it('is replaced after one deadline of a poll, and then serves all waits', async () => {
    let failures = 0;
    const onEvent = ({ type }: PollingEvent): void => void (failures += type === 'retry' ? 1 : 0);
    const { server, proxy, client } = await connected();
    const waits = Array.from({ length: 20 }, (_, id) =>
      client.poller(`projects/p/operations/${id}`, undefined, { onEvent }).pollUntilDone(),
    );
    await server.seen(25);
    proxy.breakConnections('silence');
    server.end();
    expect(await Promise.all(waits)).toHaveLength(20);
    // At most the poll that was under way.
    expect(failures).toBeLessThanOrEqual(20);
    expect(proxy.accepted).toBe(2);
  });

  it.each(['GetOperation', 'CancelOperation', 'DeleteOperation', 'ListOperations'] as const)(
    'is replaced after one deadline of a single call (%s)',
    async (method) => {
      const { proxy, client } = await connected();
      proxy.breakConnections('silence');
      const call = (): Promise<unknown> => {
        if (method === 'GetOperation') return client.getOperation({ name }, { timeoutMs });
        if (method === 'CancelOperation') return client.cancelOperation({ name }, { timeoutMs });
        if (method === 'DeleteOperation') return client.deleteOperation({ name }, { timeoutMs });
        return client.listOperations({ name: 'projects/p' }, { timeoutMs }).pages().next();
      };
      await call().catch(() => undefined);
      await call();
      expect(proxy.accepted).toBe(2);
    },
  );

  it('is replaced when a call of the transport alone passes its own deadline', async () => {
    const server = await serve();
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    await transport.getOperation({ name }, {});
    proxy.breakConnections('silence');
    await expect(transport.getOperation({ name }, { timeoutMs })).rejects.toMatchObject({ rpcCode: 4 });
    await transport.getOperation({ name }, { timeoutMs });
  });

  const overdue: readonly [what: string, call: (client: OperationsClient, signal: AbortSignal) => Promise<unknown>][] =
    [
      ['a single call', (client, signal) => client.getOperation({ name }, { signal, timeoutMs: 60_000 })],
      ['a cancellation', (client, signal) => client.cancelOperation({ name }, { signal, timeoutMs: 60_000 })],
      ['a list', (client, signal) => client.listOperations({ name: 'projects/p' }, { signal }).pages().next()],
      ['a wait', (client, signal) => client.poller(name).promise({ signal })],
      ['a wait with a time limit', (client) => client.poller(name).promise({ totalTimeoutMs: 1100 })],
    ];
  it.each(overdue)('is replaced when %s is given up after a second, before any deadline', async (_, call) => {
    const { proxy, client } = await connected({ polling: { backoff: constantBackoff(10), serverWait: 'never' } });
    proxy.breakConnections('silence');
    await expect(call(client, AbortSignal.timeout(1100))).rejects.toMatchObject({
      name: expect.stringMatching(/^(?:Polling)?TimeoutError$/),
    });
    expect(await client.getOperation({ name }, { signal: AbortSignal.timeout(5000) })).toMatchObject({ done: false });
    expect(proxy.accepted).toBe(2);
  });

  it('is replaced after one deadline of WaitOperation', async () => {
    const { proxy, client } = await connected();
    proxy.breakConnections('silence');
    const operation = await client.waitOperation({ name, timeoutMs: 100 }, { timeoutMs });
    expect(operation.done).toBe(false);
    expect(proxy.accepted).toBe(2);
  });

  it('is replaced after one deadline of a list that replaces polls', async () => {
    const { server, proxy, client } = await connected({
      coalesce: true,
      polling: { backoff: constantBackoff(1000), serverWait: 'never', rpcTimeoutMs: 2000 },
    });
    const waits = ids.map((id) => client.poller(`projects/p/operations/${id}`).pollUntilDone());
    await until(() => server.calls.some(({ method }) => method === 'ListOperations'));
    proxy.breakConnections('silence');
    server.end();
    await Promise.all(waits);
    expect(proxy.accepted).toBe(2);
  });

  it('does not delay another transport of the process', async () => {
    const { proxy } = await connected();
    proxy.breakConnections('silence');
    await transportTo(proxy).getOperation({ name }, { timeoutMs });
  });

  it('is replaced if it went silent before the first response', async () => {
    let silence = (): void => undefined;
    const server = closed(
      await startGrpcServer({
        GetOperation: () => {
          silence();
          silence = () => undefined;
          return running;
        },
      }),
    );
    const proxy = await proxyTo(server.port);
    silence = () => proxy.breakConnections('silence');
    const client = clientOf(proxy);
    expect(await client.poller(name).poll({ timeoutMs })).toMatchObject({ done: false });
    expect(proxy.accepted).toBe(2);
  });

  it('is replaced if it never completes its handshake', async () => {
    const server = await serve();
    const proxy = await proxyTo(server.port, { latencyMs: 100 });
    const client = clientOf(proxy);
    const operation = client.getOperation({ name }, { timeoutMs });
    await until(() => proxy.accepted === 1);
    proxy.breakConnections('silence');
    expect(await operation).toMatchObject({ done: false });
    await until(() => proxy.open === 1);
  });

  it('is replaced with TLS too, with the same credentials, which are searched for once', async () => {
    const pem = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));
    const [key, cert] = [pem('key'), pem('cert')];
    const tls = grpc.ServerCredentials.createSsl(null, [{ cert_chain: cert, private_key: key }]);
    const server = closed(await startGrpcServer({ GetOperation: () => running }, tls));
    const proxy = await proxyTo(server.port);
    const { credentials } = grpc;
    const bearer = credentials.createFromMetadataGenerator((_, callback) => {
      const metadata = new grpc.Metadata();
      metadata.set('authorization', 'Bearer 1');
      callback(null, metadata);
    });
    const transport = transportTo(proxy, {
      apiEndpoint: `localhost:${proxy.port}`,
      sslCreds: credentials.combineChannelCredentials(credentials.createSsl(cert), bearer),
    });
    await transport.getOperation({ name }, {});
    proxy.breakConnections('silence');
    await expect(transport.getOperation({ name }, { timeoutMs })).rejects.toMatchObject({ rpcCode: 4 });
    await transport.getOperation({ name }, { timeoutMs });
    expect(server.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 1']);
  });

  it('is closed after its last call, which goes on until then', async () => {
    let answer = false;
    const server = closed(
      await startGrpcServer({
        GetOperation: () => (answer ? running : 'hang'),
        WaitOperation: () => 'hang',
      }),
    );
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    const long = transport.waitOperation!({ name, timeoutMs: 1 }, { timeoutMs: 3 * timeoutMs });
    await server.seen(1);
    // After the long call, so that this may be under way.
    answer = true;
    await transport.getOperation({ name }, { timeoutMs });
    answer = false;
    await expect(transport.getOperation({ name }, { timeoutMs })).rejects.toMatchObject({ rpcCode: 4 });
    answer = true;
    await transport.getOperation({ name }, { timeoutMs });
    expect(proxy.open).toBe(2);
    await expect(long).rejects.toMatchObject({ rpcCode: 4 });
    await until(() => proxy.open === 1);
    await transport.getOperation({ name }, { timeoutMs });
    expect(proxy.accepted).toBe(2);
  });

  it('and its replacement are closed by close()', async () => {
    const replies = [running];
    const server = closed(
      await startGrpcServer({ GetOperation: () => replies.pop() ?? 'hang', WaitOperation: () => 'hang' }),
    );
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    const calls = [transport.waitOperation!({ name, timeoutMs: 1 }, {})];
    await server.seen(1);
    // After the long call, so that this may be under way.
    await transport.getOperation({ name }, { timeoutMs });
    await transport.getOperation({ name }, { timeoutMs }).catch(() => undefined);
    calls.push(transport.getOperation({ name }, {}));
    await until(() => proxy.open === 2);
    await server.seen(4);
    await transport.close();
    const codes = await Promise.allSettled(calls);
    expect(codes).toMatchObject([{ reason: { rpcCode: 1 } }, { reason: { rpcCode: 1 } }]);
    await until(() => proxy.open === 0);
  });
});

describe('REST', () => {
  it('resolves within one deadline too', async () => {
    const emulator = closed(new OperationsEmulator());
    const proxy = await proxyTo(await emulator.listenHttp());
    const transport = restTransport({ apiEndpoint: `http://127.0.0.1:${proxy.port}` });
    const client = clientOf(proxy, { transport });
    const { name } = emulator.start({ durationMs: Infinity });
    const wait = client.poller(name).pollUntilDone();
    await until(() => emulator.calls.length > 3);
    proxy.breakConnections('silence');
    emulator.complete(name);
    expect((await wait).done).toBe(true);
  });
});

describe('a connection is kept', () => {
  /** A server of plain HTTP/2 that handles each call by a function. */
  async function rawServer(onCall: (stream: ServerHttp2Stream, session: ServerHttp2Session) => void) {
    const server: Http2Server = createServer();
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      onCall(stream, stream.session as ServerHttp2Session);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    toClose.push(() => {
      for (const session of sessions) session.destroy();
      server.close();
    });
    return proxyTo((server.address() as AddressInfo).port);
  }

  it.each([
    ['pings', (_: ServerHttp2Stream, session: ServerHttp2Session) => session.ping(() => undefined)],
    ['response headers', (stream: ServerHttp2Stream) => stream.respond({ 'content-type': 'application/grpc' })],
  ] as const)('while calls pass their deadlines but the server sends %s', async (_, onTick) => {
    const proxy = await rawServer((stream, session) => {
      const timer = setInterval(() => {
        if (!stream.headersSent && !session.destroyed) onTick(stream, session);
      }, 50);
      stream.once('close', () => clearInterval(timer));
    });
    const transport = transportTo(proxy);
    // The first call connects, which takes a part of its time, in which the server can send nothing.
    for (const timeoutMs of [1000, 300, 300]) {
      await expect(transport.getOperation({ name }, { timeoutMs })).rejects.toMatchObject({ rpcCode: 4 });
    }
    expect(proxy.accepted).toBe(1);
  });

  it('while one call passes its deadline and others get responses', async () => {
    const server = closed(await startGrpcServer({ GetOperation: () => running, WaitOperation: () => 'hang' }));
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    const slow = transport.waitOperation!({ name, timeoutMs: 1 }, { timeoutMs: 300 });
    await transport.getOperation({ name }, {});
    await expect(slow).rejects.toMatchObject({ rpcCode: 4 });
    await transport.getOperation({ name }, {});
    expect(proxy.accepted).toBe(1);
  });

  it('while a WaitOperation is aborted, in which the server sends nothing', async () => {
    const server = closed(await startGrpcServer({ GetOperation: () => running, WaitOperation: () => 'hang' }));
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    await transport.getOperation({ name }, {});
    const wait = transport.waitOperation!({ name, timeoutMs: 60_000 }, { signal: AbortSignal.timeout(1200) });
    await expect(wait).rejects.toMatchObject({ name: 'TimeoutError' });
    await transport.getOperation({ name }, {});
    expect(proxy.accepted).toBe(1);
  });

  it('while calls are aborted by their signals within a second', async () => {
    const server = closed(await startGrpcServer({ GetOperation: () => 'hang' }));
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    for (let count = 0; count < 3; count++) {
      const signal = AbortSignal.timeout(150);
      await expect(transport.getOperation({ name }, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    }
    expect(proxy.accepted).toBe(1);
  });

  it('in most cases if its replacement is silent too', async () => {
    const server = closed(await startGrpcServer({ GetOperation: () => 'hang' }));
    const proxy = await proxyTo(server.port);
    const transport = transportTo(proxy);
    const startMs = performance.now();
    for (let count = 1; count <= 16; count++) {
      await transport.getOperation({ name }, { timeoutMs: 120 }).catch(() => undefined);
    }
    expect(proxy.accepted).toBeGreaterThanOrEqual(2);
    // Three are quick. Then the pause doubles, from twice a silence of 100 ms at least: in 2 s there are four more. On a busy
    // machine the calls take longer.
    const maxReplacements = 3 + Math.log2((performance.now() - startMs) / 100 + 1);
    expect(proxy.accepted - 1).toBeLessThanOrEqual(maxReplacements);
  });
});

describe('ReplacementBackoff', () => {
  /** When the connection of a server that never responds is replaced, in seconds, if a call of 15 s follows another. */
  function replacements(backoff: ReplacementBackoff, seconds: number): number[] {
    return Array.from({ length: seconds / 15 }, (_, count) => 15 * (count + 1)).filter((second) =>
      backoff.shouldReplace(1000 * second, 15_000, false),
    );
  }

  it('replaces a silent connection at once, and its silent replacements less and less often', () => {
    expect(replacements(new ReplacementBackoff(), 240)).toEqual([15, 45, 75, 105, 135, 165, 195, 225]);
    const short = Array.from({ length: 1000 }, (_, count) => count + 1).filter(
      (
        (backoff) => (count: number) =>
          backoff.shouldReplace(200 * count, 200, false)
      )(new ReplacementBackoff()),
    );
    expect(short).toEqual([1, 3, 7, 15, 31, 63, 127, 255, 405, 555, 705, 855]);
  });

  it('replaces at once again after a response', () => {
    const backoff = new ReplacementBackoff();
    expect(replacements(backoff, 60)).toEqual([15, 45]);
    expect(backoff.shouldReplace(61_000, 1000, true)).toBe(true);
    expect(backoff.shouldReplace(62_000, 1000, false)).toBe(false);
    expect(backoff.shouldReplace(63_000, 1000, false)).toBe(true);
  });

  it('takes no deadline that is shorter than a round trip for silence', () => {
    expect(new ReplacementBackoff().shouldReplace(0, 99, true)).toBe(false);
  });
});
