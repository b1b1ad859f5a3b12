import { describe, expect, it, jest } from '@jest/globals';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import { RpcCall } from '../../src/rpc/rpc-call.js';
import { RateLimiter } from '../../src/rpc/rate-limiter.js';
import { defaultRetryPolicy } from '../../src/rpc/retry.js';
import { Code } from '../../src/status.js';
import { failure } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime } from '../support/virtual-time.js';
import { expectNothingLeft, scriptedSend, startCall } from './scripted-call.js';

useVirtualTime();

describe('CallPromise', () => {
  it('resolves with the response, and leaves nothing behind', async () => {
    const { send, sent } = scriptedSend('done');
    const signal = new CountingSignal();
    const state = startCall(send, { signal });
    await jest.advanceTimersByTimeAsync(0);
    expect(state.settled).toEqual({ value: 'done', afterMs: 0 });
    expect(sent).toHaveLength(1);
    expectNothingLeft(signal);
  });

  it('passes its own signal, the deadline and the headers to the transport', async () => {
    const { send, sent } = scriptedSend('done');
    const headers = { 'x-a': '1' };
    const { signal } = new AbortController();
    startCall(send, { signal, timeoutMs: () => 1234, headers });
    await jest.advanceTimersByTimeAsync(0);
    expect(sent[0]!.options).toEqual({ signal: expect.any(AbortSignal), timeoutMs: 1234, headers });
    expect(sent[0]!.options.signal).not.toBe(signal);
    startCall(send);
    expect(sent[1]!.options).not.toHaveProperty('headers');
  });

  it('computes the deadline for each attempt', async () => {
    const { send, sent } = scriptedSend(failure(Code.UNAVAILABLE), 'done');
    const deadlines = [5000, 4000];
    startCall(send, { timeoutMs: () => deadlines.shift()! });
    await jest.advanceTimersByTimeAsync(500);
    expect(sent.map(({ options }) => options.timeoutMs)).toEqual([5000, 4000]);
  });

  it('provides a native signal before and after the abort, also in a copy of the options', async () => {
    const { send, sent } = scriptedSend('hang');
    const controller = new AbortController();
    startCall(send, { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(0);
    const { options } = sent[0]!;
    const copy = { ...options, headers: { own: '1' } };
    expect(copy).toEqual({ signal: expect.any(AbortSignal), timeoutMs: 60_000, headers: { own: '1' } });
    expect(copy.signal!.aborted).toBe(false);
    controller.abort('enough');
    expect(copy.signal).toMatchObject({ aborted: true, reason: 'enough' });
    const later = scriptedSend('hang');
    const second = new AbortController();
    startCall(later.send, { signal: second.signal });
    await jest.advanceTimersByTimeAsync(0);
    second.abort('late');
    expect(later.sent[0]!.options.signal).toMatchObject({ aborted: true, reason: 'late' });
  });

  it('shortens a delay for the last attempt before a deadline', async () => {
    const { send, times } = scriptedSend(failure(Code.UNAVAILABLE));
    const startMs = performance.now();
    const controller = new AbortController();
    startCall(send, {
      signal: controller.signal,
      bounds: { lastAttemptInMs: () => 1200 - (performance.now() - startMs), deferralMs: () => 0 },
    });
    await jest.advanceTimersByTimeAsync(4000);
    expect(times()).toEqual([0, 500, 1200, 3200]);
    controller.abort();
  });

  it('waits for the rate limiter before each attempt', async () => {
    const { send, times } = scriptedSend(failure(Code.UNAVAILABLE), 'done');
    const timers = new TimerWheel();
    const pacer = new RateLimiter(1, timers);
    const before = { run: jest.fn() };
    pacer.enqueue(before);
    const state = startCall(send, { rateLimiter: pacer, timers });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(times()).toEqual([1000, 2000]); // not 1500
    expect(state.settled).toMatchObject({ value: 'done' });
  });

  it.each([
    [Code.RESOURCE_EXHAUSTED, 2000],
    [Code.UNAVAILABLE, 1000],
  ])(
    'throttles the rate limiter when a quota is exhausted: after code %d the interval is %d ms',
    async (code, gapMs) => {
      const timers = new TimerWheel();
      const pacer = new RateLimiter(1, timers);
      startCall(scriptedSend(failure(code)).send, {
        rateLimiter: pacer,
        timers,
        retry: { ...defaultRetryPolicy, maxAttempts: 1 },
      });
      await jest.advanceTimersByTimeAsync(10_000);
      const went: number[] = [];
      const dueMs = performance.now();
      for (let turn = 0; turn < 4; turn++) pacer.enqueue({ run: () => went.push(performance.now() - dueMs) });
      await jest.advanceTimersByTimeAsync(20_000);
      expect(went[3]! - went[2]!).toBe(gapMs);
    },
  );

  it('calls onRetry with each failed attempt and the delay after it', async () => {
    const onRetry = jest.fn();
    const unavailable = failure(Code.UNAVAILABLE);
    const { send } = scriptedSend(unavailable);
    const retry = { ...defaultRetryPolicy, maxAttempts: 3 };
    const rpc = {
      method: 'GetOperation',
      name: 'operations/1',
      send,
      settings: { retry },
      context: { timers: new TimerWheel() },
      timeoutMs: () => 60_000,
    };
    const call = new RpcCall<string>({ onResponse: () => {}, onFailure: () => {}, onRetry }, rpc);
    call.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(onRetry.mock.calls).toEqual([
      [unavailable, 1, 500, call],
      [unavailable, 2, 1000, call],
    ]);
  });

  it('leaves no listener of any attempt', async () => {
    const signal = new CountingSignal();
    const state = startCall(scriptedSend(failure(Code.UNAVAILABLE), 'hang', failure(Code.ABORTED), 'done').send, {
      signal,
      timeoutMs: () => 1000,
    });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(state.settled).toMatchObject({ value: 'done' });
    expect(signal.added).toBe(1);
    expectNothingLeft(signal);
  });
});
