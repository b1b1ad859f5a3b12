import { describe, expect, it } from '@jest/globals';
import { AbortController as PolyfillAbortController } from 'abort-controller';
import type { CallOptions } from '../../src/transport.js';
import { until } from '../support/grpc-server.js';
import { name, running, serve, connect, caught } from './support.js';

describe('abort', () => {
  const reasons: [string, unknown][] = [
    ['an Error', new Error('enough')],
    ['a string', 'enough'],
    ['null', null],
    ['0', 0],
  ];
  it.each(reasons)("getOperation() rejects in flight with the signal's reason: %s", async (_, reason) => {
    const server = await serve({ GetOperation: () => 'hang' });
    const controller = new AbortController();
    const call = caught(connect(server.port).getOperation({ name }, { signal: controller.signal }));
    await server.seen(1);
    controller.abort(reason);
    expect(await call).toBe(reason);
    await until(() => server.calls[0]!.cancelled);
  });

  it('getOperation() rejects with an AbortError for a polyfill signal without a reason', async () => {
    const server = await serve({ GetOperation: () => 'hang' });
    const controller = new PolyfillAbortController();
    const options = { signal: controller.signal } as unknown as CallOptions;
    const transport = connect(server.port);
    const call = caught(transport.getOperation({ name }, options));
    await server.seen(1);
    controller.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    await until(() => server.calls[0]!.cancelled);
    expect(await caught(transport.getOperation({ name }, options))).toMatchObject({ name: 'AbortError' });
    expect(server.calls).toHaveLength(1);
  });

  it('getOperation() sends nothing if it is already aborted', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    await transport.getOperation({ name }, {});
    expect(await caught(transport.getOperation({ name }, { signal: AbortSignal.abort('no') }))).toBe('no');
    await transport.getOperation({ name }, {});
    expect(server.calls).toHaveLength(2);
  });

  it('getOperation() sends nothing if it is aborted while the channel opens', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    const controller = new AbortController();
    const call = caught(transport.getOperation({ name }, { signal: controller.signal }));
    controller.abort('no');
    expect(await call).toBe('no');
    await transport.getOperation({ name }, {});
    expect(server.calls).toHaveLength(1);
  });

  it('getOperation() leaves no listener behind, however it ends', async () => {
    const server = await serve({ GetOperation: (request) => (request.length > 30 ? 'hang' : running) });
    const transport = connect(server.port);
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    };
    await transport.getOperation({ name }, { signal });
    expect(listeners.size).toBe(0);
    await caught(transport.listOperations({ name }, { signal }));
    expect(listeners.size).toBe(0);
    await caught(transport.getOperation({ name: 'long'.repeat(20) }, { signal, timeoutMs: 30 }));
    expect(listeners.size).toBe(0);
    const call = caught(transport.getOperation({ name: 'long'.repeat(20) }, { signal }));
    for (const listener of listeners) listener();
    await call;
    expect(listeners.size).toBe(0);
  });
});

describe('close', () => {
  it('close() makes calls after it reject with CANCELLED', async () => {
    const server = await serve({ GetOperation: () => running });
    const transport = connect(server.port);
    await transport.getOperation({ name }, {});
    await transport.close();
    await transport.close();
    const error = await caught(transport.getOperation({ name }, {}));
    expect(error).toMatchObject({
      rpcCode: 1,
      origin: 'transport',
      message: `GetOperation of '${name}' failed: CANCELLED: the transport is closed`,
    });
  });

  it('close() cancels the running calls', async () => {
    const server = await serve({ GetOperation: () => 'hang' });
    const transport = connect(server.port);
    const call = caught(transport.getOperation({ name }, {}));
    await server.seen(1);
    await transport.close();
    expect(await call).toMatchObject({ rpcCode: 1, origin: 'transport' });
    await until(() => server.calls[0]!.cancelled);
  });

  it('close() while the channel opens rejects the waiting calls, and nothing is sent', async () => {
    const server = await serve({ GetOperation: () => running });
    let release!: () => void;
    const authClient = { getRequestHeaders: () => Promise.resolve({}) };
    const auth = {
      getClient: () => new Promise<typeof authClient>((resolve) => (release = () => resolve(authClient))),
    };
    const transport = connect(server.port, { sslCreds: undefined, auth });
    const call = caught(transport.getOperation({ name }, {}));
    await until(() => (release as unknown) !== undefined);
    await transport.close();
    expect(await call).toMatchObject({ rpcCode: 1, origin: 'transport' });
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await caught(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: 1 });
    expect(server.calls).toHaveLength(0);
  });
});
