import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { CallAttempt } from '../../src/rpc/rpc-call.js';
import { Code } from '../../src/status.js';
import type { AbortSignalLike, CallOptions } from '../../src/transport.js';
import { callTimeoutMs } from '../../src/transports/active-call.js';
import { CallScope, type CallContext } from '../../src/transports/call-scope.js';

const rpc = { method: 'GetOperation', name: 'operations/a' };
const forever = (): Promise<never> => new Promise(() => undefined);
const run = <T>(options: CallOptions, work: (context: CallContext) => Promise<T>, scope = new CallScope()) =>
  scope.run(rpc, { timeoutMs: 1000, ...options }, work);
const timedOut = { rpcCode: Code.DEADLINE_EXCEEDED, origin: 'transport', method: 'GetOperation' };
const closed = { rpcCode: Code.CANCELLED, origin: 'transport', status: { message: 'the transport is closed' } };

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

describe('CallScope', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('run() resolves with the result of the work and leaves nothing behind', async () => {
    const signal = counted(new AbortController().signal);
    const scope = new CallScope();
    const promise = run({ signal }, () => Promise.resolve(5), scope);
    expect([signal.listeners, jest.getTimerCount(), scope.calls.snapshot().length]).toEqual([1, 1, 1]);
    await expect(promise).resolves.toBe(5);
    expect([signal.listeners, jest.getTimerCount(), scope.calls.snapshot().length]).toEqual([0, 0, 0]);
  });

  it('run() rejects with the error of the work, thrown or rejected', async () => {
    await expect(run({}, () => Promise.reject('no'))).rejects.toBe('no');
    const thrown = new Error('no');
    const work = (): Promise<never> => {
      throw thrown;
    };
    await expect(run({}, work)).rejects.toBe(thrown);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['an error', new Error('x')],
    ['a string', 'stop'],
    ['null', null],
    ['0', 0],
  ])('run() rejects with the reason of a native signal: %s', async (_, reason) => {
    const controller = new AbortController();
    const signal = counted(controller.signal);
    const promise = run({ signal }, forever);
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    expect([signal.listeners, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('run() rejects with an AbortError for a signal that has no reason', async () => {
    const { signal, abort } = ((controller) => ({ signal: controller.signal, abort: () => controller.abort() }))(
      new PolyfillController(),
    );
    const promise = run({ signal }, forever);
    abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    await expect(run({ signal }, forever)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('run() does not start the work if the signal is aborted or the time limit is not positive', async () => {
    const work = jest.fn(forever);
    await expect(run({ signal: AbortSignal.abort('early') }, work)).rejects.toBe('early');
    await expect(run({ timeoutMs: 0 }, work)).rejects.toMatchObject(timedOut);
    await expect(run({ timeoutMs: -1 }, work)).rejects.toMatchObject(timedOut);
    expect(work).not.toHaveBeenCalled();
  });

  it('run() rejects at the deadline and aborts the work', async () => {
    const signals: AbortSignal[] = [];
    const scope = new CallScope('h.test');
    const settled = jest.fn();
    const work = ({ signal }: CallContext): Promise<never> => {
      signals.push(signal);
      return forever();
    };
    run({}, work, scope).catch(settled);
    await jest.advanceTimersByTimeAsync(999);
    expect(settled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    const error = settled.mock.calls[0]![0];
    expect(error).toMatchObject({ ...timedOut, status: { message: 'no response from h.test within 1000 ms' } });
    expect(signals[0]!.aborted).toBe(true);
    expect(signals[0]!.reason).toBe(error);
  });

  it('run() names no host in the error of an expired deadline if it knows none', async () => {
    const promise = expect(run({}, forever)).rejects.toMatchObject({
      status: { message: 'no response within 1000 ms' },
    });
    await jest.advanceTimersByTimeAsync(1000);
    await promise;
  });

  it('close() leaves alone a call that ends when another one is closed', async () => {
    const scope = new CallScope();
    const controller = new AbortController();
    const first = run(
      {},
      ({ signal }) => {
        signal.addEventListener('abort', () => controller.abort('enough'));
        return forever();
      },
      scope,
    );
    let context!: CallContext;
    const second = run(
      { signal: controller.signal },
      (given) => {
        context = given;
        return forever();
      },
      scope,
    );
    scope.close();
    await expect(first).rejects.toMatchObject(closed);
    await expect(second).rejects.toBe('enough');
    expect(context.signal.reason).toBe('enough');
  });

  it.each([[2 ** 31], [1e300], [Infinity]])('run() does not time out at once after %d ms', async (timeoutMs) => {
    const settled = jest.fn();
    const controller = new AbortController();
    const promise = run({ timeoutMs, signal: controller.signal }, forever).catch(settled);
    await jest.advanceTimersByTimeAsync(86_400_000);
    expect(settled).not.toHaveBeenCalled();
    controller.abort();
    await promise;
  });

  it('close() rejects the running calls and later ones, and says whether it was open', async () => {
    const scope = new CallScope();
    const signals: AbortSignal[] = [];
    const work = ({ signal }: CallContext): Promise<never> => {
      signals.push(signal);
      return forever();
    };
    const running = [run({}, work, scope), run({}, work, scope)];
    expect(scope.close()).toBe(true);
    for (const call of running) await expect(call).rejects.toMatchObject(closed);
    expect([scope.calls.snapshot().length, jest.getTimerCount()]).toEqual([0, 0]);
    await expect(run({}, work, scope)).rejects.toMatchObject(closed);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(scope.close()).toBe(false);
  });

  it('run() ignores work that fails later', async () => {
    const controller = new AbortController();
    const promise = run({ signal: controller.signal }, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('too late');
    });
    controller.abort('now');
    await expect(promise).rejects.toBe('now');
    await jest.advanceTimersByTimeAsync(0); // an unhandled rejection would fail the test
  });

  it('run() creates the signal on first use, aborted if the call has ended', async () => {
    const controller = new AbortController();
    let context!: CallContext;
    const promise = run({ signal: controller.signal }, (given) => {
      context = given;
      return forever();
    });
    controller.abort('enough');
    await expect(promise).rejects.toBe('enough');
    expect(context.signal).toMatchObject({ aborted: true, reason: 'enough' });
    expect(context.signal).toBe(context.signal);
  });

  it("run() creates neither a timer nor an AbortController for a call of the package's client", async () => {
    const AbortControllerSpy = jest.spyOn(globalThis, 'AbortController');
    const attempt = new CallAttempt(5000, undefined);
    const promise = new CallScope().run(rpc, attempt, forever);
    expect(jest.getTimerCount()).toBe(0);
    attempt.abort('enough');
    await expect(promise).rejects.toBe('enough');
    expect(AbortControllerSpy).not.toHaveBeenCalled();
    AbortControllerSpy.mockRestore();
  });
});

describe('callTimeoutMs()', () => {
  it.each([
    [{}, undefined, 60_000],
    [{}, 1000, 60_000],
    [{}, 90_000, 100_000],
    [{ timeoutMs: 5 }, 90_000, 5],
    [{ timeoutMs: -1 }, undefined, 0],
    [{ timeoutMs: Infinity }, undefined, 24 * 86_400_000],
  ])('is for %j and a wait of %s ms: %d ms', (options, waitMs, timeoutMs) => {
    expect(callTimeoutMs(options, waitMs)).toBe(timeoutMs);
  });

  it('throws for a deadline that is not a number', () => {
    const message = "Cannot request as 'timeoutMs' must be a number: current value is ";
    expect(() => callTimeoutMs({ timeoutMs: NaN })).toThrow(new RangeError(`${message}NaN`));
    expect(() => callTimeoutMs({ timeoutMs: '5' as never })).toThrow(new TypeError(`${message}5`));
  });
});
