import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RequestError } from '../../src/errors.js';
import { unary } from '../../src/grpc/call.js';
import type { GrpcConnection } from '../../src/grpc/connection.js';
import { methods } from '../../src/grpc/unary.js';
import { CallAttempt } from '../../src/rpc/rpc-call.js';
import { CallScope } from '../../src/transports/call-scope.js';
import type { GrpcStatus } from '../../src/transports/grpc-status.js';
import { encodeOperation } from '../../src/wire/messages.js';

type Callback = (error: GrpcStatus | null, answer?: Buffer) => void;

/** A connection that merges headers as grpc-js does; the test decides on the response. */
function fakeConnection(onCall: (callback: Callback) => void) {
  const sent: { headers: Map<string, string>; leftMs: number; cancelled: boolean }[] = [];
  const connection: GrpcConnection = {
    send(_path, _message, own, leftMs, listener) {
      const headers = new Map(Object.entries({ lowest: 'connection', own: 'connection' }));
      for (const name in own) headers.set(name.toLowerCase(), own[name]!);
      const call = { headers, leftMs, cancelled: false };
      sent.push(call);
      onCall((error, answer) => {
        if (answer) listener.onReceiveMessage(answer);
        listener.onReceiveStatus(error ?? { code: 0, details: '' });
      });
      return { cancelWithStatus: () => (call.cancelled = true) };
    },
  };
  return { connection, sent };
}

// Fake timers also replace process.nextTick() and queueMicrotask().
const later = (action: () => void): void => void Promise.resolve().then(action);
const request = { name: 'operations/1' };
const answer = Buffer.from(encodeOperation({ name: 'operations/1', done: false }));
const failure = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('did not reject')),
    (error: unknown) => error as RequestError,
  );

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('unary', () => {
  it('unary() leaves no timer behind, and does not cancel a completed call', async () => {
    jest.useFakeTimers();
    const { connection, sent } = fakeConnection((callback) => later(() => callback(null, answer)));
    await unary(new CallScope(), () => connection, methods.getOperation, request, {}, {});
    expect(jest.getTimerCount()).toBe(0);
    const lost = fakeConnection((callback) => later(() => callback({ code: 14, details: 'lost' })));
    await failure(unary(new CallScope(), () => lost.connection, methods.getOperation, request, {}, {}));
    expect(jest.getTimerCount()).toBe(0);
    expect([...sent, ...lost.sent].map(({ cancelled }) => cancelled)).toEqual([false, false]);
  });

  it('unary() enforces the deadline itself if the channel never calls back', async () => {
    jest.useFakeTimers();
    const { connection, sent } = fakeConnection(() => undefined);
    const call = failure(
      unary(new CallScope(), () => connection, methods.getOperation, request, { timeoutMs: 5000 }, {}),
    );
    await jest.advanceTimersByTimeAsync(4999);
    expect(sent[0]!.cancelled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await call).toMatchObject({ rpcCode: 4, origin: 'transport' });
    expect(sent[0]!.cancelled).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('unary() has no timer for a client of this package, which enforces its deadlines itself', async () => {
    jest.useFakeTimers();
    const { connection, sent } = fakeConnection(() => undefined);
    const attempt = new CallAttempt(5000, undefined);
    const call = failure(unary(new CallScope(), () => connection, methods.getOperation, request, attempt, {}));
    expect(jest.getTimerCount()).toBe(0);
    const reason = new Error('enough');
    attempt.abort(reason);
    expect(await call).toBe(reason);
    expect(sent[0]!.cancelled).toBe(true);
  });

  it('unary() is in the list of active calls until it settles', async () => {
    const ends: ((callback: Callback) => void)[] = [
      (callback) => callback(null, answer),
      (callback) => callback({ code: 14, details: 'lost' }),
      () => {
        throw new Error('Channel has been shut down');
      },
    ];
    for (const end of ends) {
      const scope = new CallScope();
      const { connection } = fakeConnection(end);
      const call = unary(scope, () => Promise.resolve(connection), methods.getOperation, request, {}, {});
      expect(scope.calls.snapshot()).toHaveLength(1);
      await call.catch(() => undefined);
      expect(scope.calls.snapshot()).toHaveLength(0);
    }
  });

  it('unary() sends the remaining time to the server, even if the clock jumps while it connects', async () => {
    jest.useFakeTimers();
    const { connection, sent } = fakeConnection((callback) => later(() => callback(null, answer)));
    const connecting = new Promise<GrpcConnection>((resolve) => setTimeout(() => resolve(connection), 2000));
    const call = unary(new CallScope(), () => connecting, methods.getOperation, request, { timeoutMs: 5000 }, {});
    await jest.advanceTimersByTimeAsync(1000);
    jest.setSystemTime(Date.now() + 3_600_000);
    await jest.advanceTimersByTimeAsync(1000);
    await call;
    expect(sent.map(({ leftMs }) => leftMs)).toEqual([3000]);
  });

  it('unary() reports a deadline of the channel in its own words', async () => {
    const details = 'Deadline exceeded after 0.5s,LB pick: 0.001s,remote_addr=10.0.0.1:443';
    const { connection } = fakeConnection((callback) => later(() => callback({ code: 4, details })));
    const error = await failure(
      unary(new CallScope(), () => connection, methods.getOperation, request, { timeoutMs: 500 }, {}),
    );
    expect(error.status.message).toBe('no response within 500 ms');
  });

  it('unary() sends each header once, in lower case; those of the call override the others', async () => {
    const { connection, sent } = fakeConnection((callback) => later(() => callback(null, answer)));
    await unary(
      new CallScope(),
      () => connection,
      methods.getOperation,
      request,
      { headers: { OWN: 'call' } },
      { own: 'transport' },
    );
    expect(Object.fromEntries(sent[0]!.headers)).toEqual({
      lowest: 'connection',
      own: 'call',
      'x-goog-request-params': 'name=operations%2F1',
    });
  });

  it.each([
    ['Channel has been shut down', 1, 'the channel is closed'],
    ['Metadata string value "s3cret" contains illegal characters', 9, 'grpc-js does not take the call'],
  ])('unary() rejects when the channel throws: %s', async (thrown, rpcCode, message) => {
    const { connection } = fakeConnection(() => {
      throw new Error(thrown);
    });
    const error = await failure(unary(new CallScope(), () => connection, methods.getOperation, request, {}, {}));
    expect(error).toMatchObject({ rpcCode, origin: 'transport', status: { message } });
    expect(String(error.stack)).not.toContain('s3cret');
  });

  it('unary() does not show the message of an auth library', async () => {
    const details = 'Getting metadata from plugin failed with error: s3cret token refused, connect ECONNRESET';
    const { connection } = fakeConnection((callback) => later(() => callback({ code: 2, details })));
    const error = await failure(unary(new CallScope(), () => connection, methods.getOperation, request, {}, {}));
    const message = 'Cannot get credentials: ECONNRESET; check the network: the token server cannot be reached';
    expect(error).toMatchObject({ rpcCode: 14, status: { message } });
    expect(error.cause).toBeUndefined();
  });
});
