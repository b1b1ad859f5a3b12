import { describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { Code } from '../../src/status.js';
import { failure } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime } from '../support/virtual-time.js';
import { expectNothingLeft, scriptedSend, startCall } from './scripted-call.js';

useVirtualTime();

describe('a call that is aborted', () => {
  const reasons: [string, unknown][] = [
    ['an Error', new Error('why')],
    ['a TypeError', new TypeError('why')],
    ['a string', 'why'],
    ['a number', 0],
    ['null', null],
    ['a DOMException', new DOMException('why', 'TimeoutError')],
    ['an error of this package', failure(Code.CANCELLED)],
    ['an error that would be tried again', failure(Code.UNAVAILABLE)],
  ];
  const phases = [
    ['in flight', 'hang', 100],
    ['between attempts', failure(Code.UNAVAILABLE), 100],
    ['in flight for the second time', failure(Code.UNAVAILABLE), 499],
  ] as const;

  it.each(reasons)('before it starts, sends nothing and rejects with %s', async (_, reason) => {
    const { send, sent } = scriptedSend('done');
    const state = startCall(send, { signal: AbortSignal.abort(reason) });
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(0);
    expect(state.settled).toEqual({ error: reason, afterMs: 0 });
    expect(state.settled?.error).toBe(reason);
    expectNothingLeft();
  });

  describe.each(phases)('%s', (_, answer, atMs) => {
    it.each(reasons)('rejects at once with %s itself', async (_, reason) => {
      const { send, sent } = scriptedSend(answer);
      const controller = new AbortController();
      const removed = jest.spyOn(controller.signal, 'removeEventListener');
      const added = jest.spyOn(controller.signal, 'addEventListener');
      const state = startCall(send, { signal: controller.signal });
      await jest.advanceTimersByTimeAsync(atMs);
      expect(state.settled).toBeUndefined();
      controller.abort(reason);
      await jest.advanceTimersByTimeAsync(0);
      expect(state.settled?.afterMs).toBe(atMs);
      expect(state.settled?.error).toBe(reason);
      const before = sent.length;
      await jest.advanceTimersByTimeAsync(600_000);
      expect(sent).toHaveLength(before);
      expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
      expectNothingLeft();
    });

    it('rejects at once with an AbortError for a signal without a reason', async () => {
      const signal = new CountingSignal();
      const state = startCall(scriptedSend(answer).send, { signal });
      await jest.advanceTimersByTimeAsync(atMs);
      signal.abort();
      expectNothingLeft(signal);
      await jest.advanceTimersByTimeAsync(0);
      expect(state.settled).toMatchObject({ error: { name: 'AbortError' }, afterMs: atMs });
      expect(state.settled?.error).toBeInstanceOf(DOMException);
    });

    it("rejects at once for the abort-controller package's signal", async () => {
      const controller = new PolyfillController();
      const state = startCall(scriptedSend(answer).send, { signal: controller.signal });
      await jest.advanceTimersByTimeAsync(atMs);
      controller.abort();
      await jest.advanceTimersByTimeAsync(0);
      expect(state.settled).toMatchObject({ error: { name: 'AbortError' }, afterMs: atMs });
      expectNothingLeft();
    });
  });

  it("cancels the request with the signal's reason", async () => {
    const { send, sent } = scriptedSend('hang');
    const controller = new AbortController();
    startCall(send, { signal: controller.signal });
    controller.abort('why');
    expect(sent[0]!.options.signal).toMatchObject({ aborted: true, reason: 'why' });
    await jest.advanceTimersByTimeAsync(0);
  });

  it('takes precedence over a failure at the same time', async () => {
    const controller = new AbortController();
    const send = jest.fn(() => {
      controller.abort('why');
      return Promise.reject(failure(Code.NOT_FOUND));
    });
    const state = startCall(send, { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(0);
    expect(state.settled).toEqual({ error: 'why', afterMs: 0 });
    expectNothingLeft();
  });

  it('takes precedence over the next attempt at the same time', async () => {
    const controller = new AbortController();
    const { send } = scriptedSend(failure(Code.UNAVAILABLE), 'hang');
    const state = startCall(send, { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(499);
    setTimeout(() => controller.abort('why'), 1);
    jest.advanceTimersByTime(1); // both timers, and no promise in between
    await jest.advanceTimersByTimeAsync(0);
    expect(state.settled).toEqual({ error: 'why', afterMs: 500 });
    expectNothingLeft();
  });

  it('has no effect after the response', async () => {
    const controller = new AbortController();
    const state = startCall(scriptedSend('done').send, { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(state.settled).toMatchObject({ value: 'done' });
  });
});
