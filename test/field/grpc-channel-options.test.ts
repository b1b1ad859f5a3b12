import { afterEach, describe, expect, it, jest } from '@jest/globals';
import gax from 'google-gax';
import { gaxTransport } from '../../src/gax/index.js';
import { grpcTransport, type GrpcTransportOptions } from '../../src/grpc/index.js';
import { OperationsClient, type OperationsTransport } from '../../src/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { agentsClient } from '../gax/agents.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { startGrpcServer, type Reply } from '../support/grpc-server.js';

const { grpc } = gax;
const name = 'projects/p/operations/1';

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const close of toClose.splice(0).reverse()) await close();
});

const running = encodeOperation({ name, done: false });

/** @param replies - those to the first calls; the operation is running in all others. */
async function startProxy(replies: Reply[] = []) {
  const server = await startGrpcServer({ GetOperation: () => replies.shift() ?? running });
  const proxy = await FaultProxy.start(server.port);
  toClose.push(
    () => server.close(),
    () => proxy.close(),
  );
  return { proxy, server };
}

function connect(port: number, options: Partial<GrpcTransportOptions> = {}): OperationsTransport {
  const sslCreds = grpc.credentials.createInsecure();
  const transport = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds, ...options });
  toClose.push(() => transport.close());
  return transport;
}

describe('the channel options of grpcTransport()', () => {
  async function optionsOf(grpcOptions?: GrpcTransportOptions['grpcOptions']): Promise<gax.grpc.ChannelOptions> {
    // grpc-js passes its options on to the credentials.
    const sslCreds = grpc.credentials.createInsecure();
    const createConnector = jest.spyOn(sslCreds, '_createSecureConnector');
    const { proxy } = await startProxy();
    await connect(proxy.port, { grpcOptions, sslCreds }).getOperation({ name }, {});
    expect(createConnector).toHaveBeenCalledTimes(1);
    return createConnector.mock.calls[0]![1];
  }

  it('have at most 10 s between two attempts to connect', async () => {
    expect(await optionsOf()).toMatchObject({ 'grpc.max_reconnect_backoff_ms': 10_000 });
  });

  it('are overridden by grpcOptions', async () => {
    expect(await optionsOf({ 'grpc.max_reconnect_backoff_ms': 60_000 })).toMatchObject({
      'grpc.max_reconnect_backoff_ms': 60_000,
      'grpc.initial_reconnect_backoff_ms': 1000,
    });
  });
});

describe('while connections are refused', () => {
  it('getOperation() fails with UNAVAILABLE, and a client succeeds once they are accepted', async () => {
    const { proxy } = await startProxy();
    proxy.refuse();
    const transport = connect(proxy.port, { grpcOptions: { 'grpc.initial_reconnect_backoff_ms': 100 } });
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: 14, origin: 'transport' });
    const operation = new OperationsClient({ transport }).getOperation({ name });
    await proxy.accept();
    expect((await operation).done).toBe(false);
  });

  it.each(['cut', 'reset'] as const)('a call whose connection is %s fails with UNAVAILABLE', async (fault) => {
    const { proxy, server } = await startProxy([running, 'hang']);
    const transport = connect(proxy.port);
    await transport.getOperation({ name }, {});
    const hanging = transport.getOperation({ name }, {});
    await server.seen(2);
    proxy.breakConnections(fault);
    await expect(hanging).rejects.toMatchObject({ rpcCode: 14, origin: 'transport' });
    expect(await transport.getOperation({ name }, {})).toMatchObject({ name, done: false });
    expect(proxy.accepted).toBe(2);
  });
});

describe("the option 'grpc.keepalive_time_ms' of a generated client", () => {
  it('lets its waits survive a connection that goes silent', async () => {
    const { proxy } = await startProxy();
    const agents = agentsClient(proxy.port, { 'grpc.keepalive_time_ms': 200, 'grpc.keepalive_timeout_ms': 200 });
    toClose.push(() => agents.close());
    await agents.initialize();
    const transport = gaxTransport(agents.operationsClient);
    await transport.getOperation({ name }, {});
    proxy.breakConnections('silence');
    await expect(transport.getOperation({ name }, { timeoutMs: 5000 })).rejects.toMatchObject({ rpcCode: 14 });
    await transport.getOperation({ name }, { timeoutMs: 5000 });
    expect(proxy.accepted).toBe(2);
  });
});
