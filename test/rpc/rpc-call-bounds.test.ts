import { describe, expect, it, jest } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { defaultRetryPolicy } from '../../src/rpc/retry.js';
import { Code } from '../../src/status.js';
import { failure, name, running, ScriptedTransport } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';
import { scriptedSend, startCall } from './scripted-call.js';

const advance = useVirtualTime();

const unavailable = failure(Code.UNAVAILABLE);

describe('the time of a call', () => {
  it('is a minute by default, for one attempt and for all that fail', async () => {
    const transport = new ScriptedTransport([unavailable]);
    const seen = track(new OperationsClient({ transport }).getOperation({ name }));
    await advance(120_000);
    expect(seen).toMatchObject({ error: { rpcCode: Code.UNAVAILABLE }, settledAtMs: 60_000 });
    expect(new Set(transport.requests.map(({ options }) => options.timeoutMs))).toEqual(new Set([60_000]));
  });

  it('is used up to its last millisecond', async () => {
    const { send, times } = scriptedSend(unavailable);
    startCall(send, { retry: { ...defaultRetryPolicy, maxElapsedMs: 501 } });
    await advance(60_000);
    expect(times()).toEqual([0, 500, 501]);
  });

  it('lets a Retry-After pass that ends with it', async () => {
    const { send, times } = scriptedSend(failure(Code.UNAVAILABLE, { retryAfterMs: 60_000 }), 'done');
    const state = startCall(send);
    await advance(120_000);
    expect(times()).toEqual([0, 60_000]);
    expect(state.settled).toMatchObject({ value: 'done' });
  });

  it.each([
    [1, 1],
    [0, 500],
    [-1, 500],
  ])('with a last attempt that is of use in %s ms has the next one after %s ms', async (lastAttemptInMs, delayMs) => {
    const { send, times } = scriptedSend(unavailable, 'done');
    startCall(send, { bounds: { lastAttemptInMs: () => lastAttemptInMs, deferralMs: () => 0 } });
    await advance(1000);
    expect(times()).toEqual([0, delayMs]);
  });

  it.each([1, 1000])('is put off by %s ms while a server says so, and looked at once more', async (byMs) => {
    const { send, times } = scriptedSend(unavailable, 'done');
    const startMs = Math.round(performance.now());
    const deferralMs = jest.fn((nowMs: number) => startMs + 500 + byMs - nowMs);
    startCall(send, { bounds: { lastAttemptInMs: () => Infinity, deferralMs } });
    await advance(10_000);
    expect(times()).toEqual([0, 500 + byMs]);
    expect(deferralMs).toHaveBeenCalledTimes(2);
  });

  it('sets no timer for an attempt without a deadline', async () => {
    const controller = new AbortController();
    const { send, sent } = scriptedSend('hang');
    startCall(send, { timeoutMs: () => Infinity, signal: controller.signal });
    await advance(0);
    expect([sent.length, jest.getTimerCount()]).toEqual([1, 0]);
    controller.abort();
  });
});

describe('a transport that returns no promise', () => {
  it.each([undefined, null, 5, {}, { then: true }])('is reported: %j', async (sent) => {
    const state = startCall(() => sent as never);
    await advance(0);
    expect(state.settled?.error).toBeInstanceOf(TypeError);
    expect(state.settled?.error).toMatchObject({
      message: expect.stringMatching(
        /^Cannot call the transport as 'GetOperation' must be a promise: current value is/,
      ),
    });
  });
});

describe('a client that is closed', () => {
  it('names the request that it ends', async () => {
    const transport = new ScriptedTransport([running], { latencyMs: 1000 });
    const client = new OperationsClient({ transport });
    const seen = track(client.getOperation({ name }));
    await client.close();
    await advance(1000);
    expect(seen.error).toMatchObject({ method: 'GetOperation', operationName: name, rpcCode: Code.CANCELLED });
  });
});
