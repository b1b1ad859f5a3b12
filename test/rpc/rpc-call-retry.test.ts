import { describe, expect, it, jest } from '@jest/globals';
import { MalformedOperationError } from '../../src/decode-errors.js';
import { RequestError } from '../../src/errors.js';
import { defaultRetryPolicy } from '../../src/rpc/retry.js';
import { Code } from '../../src/status.js';
import { failure } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime } from '../support/virtual-time.js';
import { expectNothingLeft, scriptedSend, startCall } from './scripted-call.js';

useVirtualTime();

describe('a call whose request fails', () => {
  it('retries with increasing delays until a response comes', async () => {
    const unavailable = failure(Code.UNAVAILABLE);
    const { send, times } = scriptedSend(unavailable, unavailable, unavailable, 'done');
    const signal = new CountingSignal();
    const state = startCall(send, { signal });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(state.settled).toEqual({ value: 'done', afterMs: 3500 });
    expect(times()).toEqual([0, 500, 1500, 3500]);
    expectNothingLeft(signal);
  });

  it('reduces each delay by up to half', async () => {
    jest.mocked(Math.random).mockReturnValue(0.999_999);
    const { send, times } = scriptedSend(failure(Code.UNAVAILABLE), failure(Code.UNAVAILABLE), 'done');
    startCall(send);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(times().map(Math.round)).toEqual([0, 250, 750]);
  });

  it('fails at maxElapsedMs, after a last attempt at its end', async () => {
    const last = failure(Code.UNAVAILABLE, { origin: 'transport' });
    const { send, times } = scriptedSend(failure(Code.INTERNAL), last);
    const state = startCall(send, { retry: { ...defaultRetryPolicy, maxElapsedMs: 10_000 } });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(times()).toEqual([0, 500, 1500, 3500, 7500, 10_000]);
    expect(state.settled?.afterMs).toBe(10_000);
    const error = state.settled?.error as RequestError;
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ attempts: 6, rpcCode: Code.UNAVAILABLE, origin: 'transport', status: last.status });
    expect(error.message).toContain('(after 6 attempts)');
    expectNothingLeft();
  });

  it('fails after maxAttempts', async () => {
    const { send, sent } = scriptedSend(failure(Code.UNAVAILABLE));
    const state = startCall(send, { retry: { ...defaultRetryPolicy, maxAttempts: 3 } });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(3);
    expect(state.settled).toMatchObject({ error: { attempts: 3 }, afterMs: 1500 });
  });

  it.each([
    ['maxAttempts: 1', { maxAttempts: 1 }],
    ['maxElapsedMs: 0', { maxElapsedMs: 0 }],
    ['codes: []', { codes: [] }],
  ])('does not retry with %s', async (_, options) => {
    const error = failure(Code.UNAVAILABLE);
    const { send, sent } = scriptedSend(error);
    const state = startCall(send, { retry: { ...defaultRetryPolicy, ...options } });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(state.settled?.error).toBe(error);
  });

  it('does not retry a permanent failure, and rejects with the error itself', async () => {
    const error = failure(Code.PERMISSION_DENIED);
    const { send, sent } = scriptedSend(error);
    const state = startCall(send);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(state.settled).toEqual({ error, afterMs: 0 });
  });

  it('counts the attempts before a permanent failure', async () => {
    const cause = new Error('underneath');
    const { status } = failure(Code.NOT_FOUND);
    const last = new RequestError({
      ...{ method: 'GetOperation', operationName: 'operations/1', status, origin: 'service' },
      ...{ httpStatus: 404, retryAfterMs: 7, cause },
    });
    const state = startCall(scriptedSend(failure(Code.UNAVAILABLE), last).send);
    await jest.advanceTimersByTimeAsync(500);
    expect(state.settled?.error).toMatchObject({
      ...{ attempts: 2, rpcCode: 5, httpStatus: 404, retryAfterMs: 7, cause, origin: 'service', status },
    });
  });

  it('retries by the kind of RPC', async () => {
    const { send, sent } = scriptedSend(failure(Code.INTERNAL));
    startCall(send, { method: 'DeleteOperation' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  it('converts a foreign error to a RequestError, and retries it if it is transient', async () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const state = startCall(
      scriptedSend(reset, Object.assign(new Error('5 NOT_FOUND: x'), { code: 5, details: 'x' })).send,
    );
    await jest.advanceTimersByTimeAsync(60_000);
    expect(state.settled).toMatchObject({ error: { code: 'LRO_REQUEST_FAILED', rpcCode: 5, attempts: 2 } });
  });

  it.each([
    ['rejects', (error: unknown) => Promise.reject(error as Error)],
    [
      'throws',
      (error: unknown) => {
        throw error;
      },
    ],
  ])('rejects with a TypeError itself and does not retry if the transport %s', async (_, fail) => {
    const error = new TypeError('x is not a function');
    const send = jest.fn(() => fail(error));
    const state = startCall(send);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(send).toHaveBeenCalledTimes(1);
    expect(state.settled).toEqual({ error, afterMs: 0 });
    expectNothingLeft();
  });

  it('rejects with a MalformedOperationError itself and does not retry', async () => {
    const error = new MalformedOperationError('operations/1', 'it is none');
    const { send, sent } = scriptedSend(error);
    const state = startCall(send);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(state.settled?.error).toBe(error);
  });

  it.each([new MalformedOperationError('operations/1', 'it is none'), new TypeError('x is not a function')])(
    'rejects with %p itself after another failure, too',
    async (error) => {
      const state = startCall(scriptedSend(failure(Code.UNAVAILABLE), error).send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(state.settled?.error).toBe(error);
    },
  );

  it.each(['boom', undefined, null, 5, { a: 1 }])('converts %j, which is not an Error', async (thrown) => {
    const send = jest.fn(() => Promise.reject(thrown));
    const state = startCall(send, { retry: { ...defaultRetryPolicy, maxAttempts: 2 } });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(send).toHaveBeenCalledTimes(2);
    expect(state.settled?.error).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport' });
    expect((state.settled?.error as Error).cause).toBe(thrown);
  });
});

describe('a call with a Retry-After', () => {
  it('waits for that time, once', async () => {
    const { send, times } = scriptedSend(
      failure(Code.RESOURCE_EXHAUSTED, { retryAfterMs: 20_000 }),
      failure(Code.UNAVAILABLE),
      'done',
    );
    startCall(send);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(times()).toEqual([0, 20_000, 21_000]);
  });

  it('fails at once if it exceeds maxElapsedMs, with retryAfterMs in the error', async () => {
    const { send, times } = scriptedSend(failure(Code.RESOURCE_EXHAUSTED, { retryAfterMs: 61_000 }), 'done');
    const state = startCall(send);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(times()).toEqual([0]);
    expect(state.settled).toMatchObject({ error: { retryAfterMs: 61_000, attempts: 1 }, afterMs: 0 });
  });

  it('waits at most ten minutes', async () => {
    const { send, times } = scriptedSend(failure(Code.UNAVAILABLE, { retryAfterMs: 1e15 }), 'done');
    startCall(send, { retry: { ...defaultRetryPolicy, maxElapsedMs: Infinity } });
    await jest.advanceTimersByTimeAsync(600_000);
    expect(times()).toEqual([0, 600_000]);
  });

  it.each([NaN, -1, 0, -Infinity])('ignores %p', async (retryAfterMs) => {
    const { send, times } = scriptedSend(failure(Code.UNAVAILABLE, { retryAfterMs }), 'done');
    startCall(send);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(times()).toEqual([0, 500]);
  });

  it('ignores it for a permanent failure', async () => {
    const state = startCall(scriptedSend(failure(Code.NOT_FOUND, { retryAfterMs: 20_000 })).send);
    await jest.advanceTimersByTimeAsync(0);
    expect(state.settled).toMatchObject({ error: { retryAfterMs: 20_000 }, afterMs: 0 });
  });
});
