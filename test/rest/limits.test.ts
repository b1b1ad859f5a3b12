import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { runWithLimits, type CallLimits } from '../../src/rest/limits.js';
import type { AbortSignalLike } from '../../src/transport.js';

const forever = (): Promise<never> => new Promise(() => undefined);

function limits(given: Partial<CallLimits> = {}): CallLimits {
  return {
    signal: undefined,
    timeoutMs: 1000,
    timeoutError: () => 'timed out',
    closedError: () => 'closed',
    activeCalls: new Set(),
    ...given,
  };
}

/** A signal that counts its listeners. */
function counted(signal: AbortSignalLike) {
  let listeners = 0;
  return {
    get aborted() {
      return signal.aborted;
    },
    get reason() {
      return signal.reason;
    },
    get listeners() {
      return listeners;
    },
    addEventListener(type: 'abort', listener: () => void) {
      listeners++;
      signal.addEventListener(type, listener);
    },
    removeEventListener(type: 'abort', listener: () => void) {
      listeners--;
      signal.removeEventListener(type, listener);
    },
  };
}

describe('runWithin()', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('gives what the work gives and leaves nothing behind', async () => {
    const signal = counted(new AbortController().signal);
    const running = new Set<() => void>();
    const promise = runWithLimits(limits({ signal, activeCalls: running }), () => Promise.resolve(5));
    expect([signal.listeners, jest.getTimerCount(), running.size]).toEqual([1, 1, 1]);
    await expect(promise).resolves.toBe(5);
    expect([signal.listeners, jest.getTimerCount(), running.size]).toEqual([0, 0, 0]);
  });

  it('rejects with what the work rejects with', async () => {
    await expect(runWithLimits(limits(), () => Promise.reject('no'))).rejects.toBe('no');
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['an error', new Error('x')],
    ['a string', 'stop'],
    ['null', null],
    ['0', 0],
  ])('rejects with the very reason of a native signal: %s', async (_, reason) => {
    const controller = new AbortController();
    const signal = counted(controller.signal);
    const promise = runWithLimits(limits({ signal }), forever);
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    expect([signal.listeners, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('rejects with an AbortError for a signal that has no reason', async () => {
    const controller = new PolyfillController();
    const promise = runWithLimits(limits({ signal: controller.signal }), forever);
    controller.abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    await expect(runWithLimits(limits({ signal: controller.signal }), forever)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('begins no work for a signal that is aborted, or without time', async () => {
    const work = jest.fn(forever);
    await expect(runWithLimits(limits({ signal: AbortSignal.abort('early') }), work)).rejects.toBe('early');
    await expect(runWithLimits(limits({ timeoutMs: 0 }), work)).rejects.toBe('timed out');
    await expect(runWithLimits(limits({ timeoutMs: -1 }), work)).rejects.toBe('timed out');
    expect(work).not.toHaveBeenCalled();
  });

  it('ends at the deadline and tells the work', async () => {
    const signals: AbortSignal[] = [];
    const promise = runWithLimits(limits(), (signal) => {
      signals.push(signal);
      return forever();
    });
    const settled = jest.fn();
    promise.catch(settled);
    await jest.advanceTimersByTimeAsync(999);
    expect(settled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(settled).toHaveBeenCalledWith('timed out');
    expect(signals[0]).toMatchObject({ aborted: true, reason: 'timed out' });
  });

  it.each([[2 ** 31], [1e300], [Infinity]])('does not take %d ms for no time at all', async (timeoutMs) => {
    const settled = jest.fn();
    const controller = new AbortController();
    const promise = runWithLimits(limits({ timeoutMs, signal: controller.signal }), forever).catch(settled);
    await jest.advanceTimersByTimeAsync(86_400_000);
    expect(settled).not.toHaveBeenCalled();
    controller.abort();
    await promise;
  });

  it('ends from outside', async () => {
    const running = new Set<() => void>();
    const promise = runWithLimits(limits({ activeCalls: running }), forever);
    for (const end of running) end();
    await expect(promise).rejects.toBe('closed');
    expect([running.size, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('takes no notice of work that fails later', async () => {
    const controller = new AbortController();
    const promise = runWithLimits(limits({ signal: controller.signal }), async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('too late');
    });
    controller.abort('now');
    await expect(promise).rejects.toBe('now');
    await jest.advanceTimersByTimeAsync(0); // an unhandled rejection would fail the test
  });
});
