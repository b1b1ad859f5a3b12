import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { MalformedOperationError } from '../../src/decode-errors.js';
import { RequestError } from '../../src/errors.js';
import { CallPromise } from '../../src/rpc/call-promise.js';
import type { CallSpec } from '../../src/rpc/call-spec.js';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import { RpcCall } from '../../src/rpc/rpc-call.js';
import { RateLimiter } from '../../src/rpc/rate-limiter.js';
import { defaultRetryPolicy } from '../../src/rpc/retry.js';
import { Code } from '../../src/status.js';
import type { CallOptions } from '../../src/transport.js';
import { failure } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';

type Outcome = { value: unknown; error?: undefined } | { value?: undefined; error: unknown };
type Settled = Outcome & { readonly afterMs: number };

/** A transport's method: what `answers` has in turn, the last for ever; `'hang'` is none. It remembers when and with what it was asked. */
function script(...answers: (string | Error | (() => Promise<string>))[]) {
  const sent: { atMs: number; options: CallOptions }[] = [];
  const startMs = performance.now();
  const send = (options: CallOptions): Promise<string> => {
    sent.push({ atMs: performance.now() - startMs, options });
    const answer = answers[Math.min(sent.length, answers.length) - 1]!;
    if (typeof answer === 'function') return answer();
    if (answer === 'hang') return new Promise(() => {});
    return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
  };
  return { send, sent, times: () => sent.map(({ atMs }) => atMs) };
}

/** Starts a call. `settled` tells how it ended, and after how many milliseconds, once it has. */
function start(
  send: CallSpec<string>['send'],
  { signal, ...rest }: Partial<CallSpec<string>> & CallOptionsSignal = {},
): { settled?: Settled } {
  const startMs = performance.now();
  const state: { settled?: Settled } = {};
  const end = (outcome: Outcome): void => {
    state.settled = { ...outcome, afterMs: performance.now() - startMs };
  };
  const settings = { retry: defaultRetryPolicy, timeoutMs: () => 60_000, timers: new TimerWheel() };
  const call = new CallPromise({ method: 'GetOperation', name: 'operations/1', send, ...settings, ...rest }, signal);
  call.start().then(
    (value) => end({ value }),
    (error: unknown) => end({ error }),
  );
  return state;
}
type CallOptionsSignal = Pick<CallOptions, 'signal'>;

const nothingLeft = (...signals: CountingSignal[]): void => {
  expect(jest.getTimerCount()).toBe(0);
  for (const signal of signals) expect(signal.listeners).toBe(0);
};

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0); // no jitter: the delays are 500, 1000, 2000, …
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('call()', () => {
  it('gives the answer, and leaves nothing behind', async () => {
    const { send, sent } = script('done');
    const signal = new CountingSignal();
    const state = start(send, { signal });
    await jest.advanceTimersByTimeAsync(0);
    expect(state.settled).toEqual({ value: 'done', afterMs: 0 });
    expect(sent).toHaveLength(1);
    nothingLeft(signal);
  });

  it('hands the transport its own signal, the deadline and the headers', async () => {
    const { send, sent } = script('done');
    const headers = { 'x-a': '1' };
    const { signal } = new AbortController();
    start(send, { signal, timeoutMs: () => 1234, headers });
    await jest.advanceTimersByTimeAsync(0);
    expect(sent[0]!.options).toEqual({ signal: expect.any(AbortSignal), timeoutMs: 1234, headers });
    expect(sent[0]!.options.signal).not.toBe(signal);
    start(send);
    expect(sent[1]!.options).not.toHaveProperty('headers');
  });

  it('gives each attempt the deadline of the moment', async () => {
    const { send, sent } = script(failure(Code.UNAVAILABLE), 'done');
    const deadlines = [5000, 4000];
    start(send, { timeoutMs: () => deadlines.shift()! });
    await jest.advanceTimersByTimeAsync(500);
    expect(sent.map(({ options }) => options.timeoutMs)).toEqual([5000, 4000]);
  });

  it('gives a signal of the platform to whoever looks at it, before or after the abort, and to a copy of the options', async () => {
    const { send, sent } = script('hang');
    const controller = new AbortController();
    start(send, { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(0);
    const { options } = sent[0]!;
    const copy = { ...options, headers: { own: '1' } };
    expect(copy).toEqual({ signal: expect.any(AbortSignal), timeoutMs: 60_000, headers: { own: '1' } });
    expect(copy.signal!.aborted).toBe(false);
    controller.abort('enough');
    expect(copy.signal).toMatchObject({ aborted: true, reason: 'enough' });
    const later = script('hang');
    const second = new AbortController();
    start(later.send, { signal: second.signal });
    await jest.advanceTimersByTimeAsync(0);
    second.abort('late');
    expect(later.sent[0]!.options.signal).toMatchObject({ aborted: true, reason: 'late' });
  });

  describe('when a request fails', () => {
    it('tries again, with growing delays, until there is an answer', async () => {
      const unavailable = failure(Code.UNAVAILABLE);
      const { send, times } = script(unavailable, unavailable, unavailable, 'done');
      const signal = new CountingSignal();
      const state = start(send, { signal });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(state.settled).toEqual({ value: 'done', afterMs: 3500 });
      expect(times()).toEqual([0, 500, 1500, 3500]);
      nothingLeft(signal);
    });

    it('takes up to half of each delay away', async () => {
      jest.mocked(Math.random).mockReturnValue(0.999_999);
      const { send, times } = script(failure(Code.UNAVAILABLE), failure(Code.UNAVAILABLE), 'done');
      start(send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(times().map(Math.round)).toEqual([0, 250, 750]);
    });

    it('gives up when the window is used up, after one last try at its end', async () => {
      const last = failure(Code.UNAVAILABLE, { origin: 'transport' });
      const { send, times } = script(failure(Code.INTERNAL), last);
      const state = start(send, { retry: { ...defaultRetryPolicy, maxElapsedMs: 10_000 } });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(times()).toEqual([0, 500, 1500, 3500, 7500, 10_000]);
      expect(state.settled?.afterMs).toBe(10_000);
      const error = state.settled?.error as RequestError;
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ attempts: 6, rpcCode: Code.UNAVAILABLE, origin: 'transport', status: last.status });
      expect(error.message).toContain('(after 6 attempts)');
      nothingLeft();
    });

    it('gives up when the attempts are used up', async () => {
      const { send, sent } = script(failure(Code.UNAVAILABLE));
      const state = start(send, { retry: { ...defaultRetryPolicy, maxAttempts: 3 } });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(sent).toHaveLength(3);
      expect(state.settled).toMatchObject({ error: { attempts: 3 }, afterMs: 1500 });
    });

    it.each([
      ['maxAttempts: 1', { maxAttempts: 1 }],
      ['maxElapsedMs: 0', { maxElapsedMs: 0 }],
      ['codes: []', { codes: [] }],
    ])('does not try again with %s', async (_, options) => {
      const error = failure(Code.UNAVAILABLE);
      const { send, sent } = script(error);
      const state = start(send, { retry: { ...defaultRetryPolicy, ...options } });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(sent).toHaveLength(1);
      expect(state.settled?.error).toBe(error);
    });

    it('does not try again what is no use, and throws it as it came', async () => {
      const error = failure(Code.PERMISSION_DENIED);
      const { send, sent } = script(error);
      const state = start(send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(sent).toHaveLength(1);
      expect(state.settled).toEqual({ error, afterMs: 0 });
    });

    it('counts the attempts before a failure that is no use', async () => {
      const cause = new Error('underneath');
      const { status } = failure(Code.NOT_FOUND);
      const last = new RequestError({
        ...{ method: 'GetOperation', operationName: 'operations/1', status, origin: 'service' },
        ...{ httpStatus: 404, retryAfterMs: 7, cause },
      });
      const state = start(script(failure(Code.UNAVAILABLE), last).send);
      await jest.advanceTimersByTimeAsync(500);
      expect(state.settled?.error).toMatchObject({
        ...{ attempts: 2, rpcCode: 5, httpStatus: 404, retryAfterMs: 7, cause, origin: 'service', status },
      });
    });

    it('minds the kind of RPC', async () => {
      const { send, sent } = script(failure(Code.INTERNAL));
      start(send, { method: 'DeleteOperation' });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(sent).toHaveLength(1);
    });

    it('makes a RequestError of a foreign error, and tries again if that is of use', async () => {
      const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      const state = start(script(reset, Object.assign(new Error('5 NOT_FOUND: x'), { code: 5, details: 'x' })).send);
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
    ])('passes a TypeError through and does not try again where the transport %s', async (_, fail) => {
      const error = new TypeError('x is not a function');
      const send = jest.fn(() => fail(error));
      const state = start(send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(send).toHaveBeenCalledTimes(1);
      expect(state.settled).toEqual({ error, afterMs: 0 });
      nothingLeft();
    });

    it('passes a MalformedOperationError through and does not try again', async () => {
      const error = new MalformedOperationError('operations/1', 'it is none');
      const { send, sent } = script(error);
      const state = start(send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(sent).toHaveLength(1);
      expect(state.settled?.error).toBe(error);
    });

    it.each([new MalformedOperationError('operations/1', 'it is none'), new TypeError('x is not a function')])(
      'passes %p through after a failure of another kind, too',
      async (error) => {
        const state = start(script(failure(Code.UNAVAILABLE), error).send);
        await jest.advanceTimersByTimeAsync(60_000);
        expect(state.settled?.error).toBe(error);
      },
    );

    it.each(['boom', undefined, null, 5, { a: 1 }])('survives %j, which is no Error', async (thrown) => {
      const send = jest.fn(() => Promise.reject(thrown));
      const state = start(send, { retry: { ...defaultRetryPolicy, maxAttempts: 2 } });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(send).toHaveBeenCalledTimes(2);
      expect(state.settled?.error).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport' });
      expect((state.settled?.error as Error).cause).toBe(thrown);
    });
  });

  describe('when the server hints', () => {
    it('waits as long as it asked, once', async () => {
      const { send, times } = script(
        failure(Code.RESOURCE_EXHAUSTED, { retryAfterMs: 20_000 }),
        failure(Code.UNAVAILABLE),
        'done',
      );
      start(send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(times()).toEqual([0, 20_000, 21_000]);
    });

    it('fails at once when the hint is longer than the window, and says how long to wait', async () => {
      const { send, times } = script(failure(Code.RESOURCE_EXHAUSTED, { retryAfterMs: 61_000 }), 'done');
      const state = start(send);
      await jest.advanceTimersByTimeAsync(120_000);
      expect(times()).toEqual([0]);
      expect(state.settled).toMatchObject({ error: { retryAfterMs: 61_000, attempts: 1 }, afterMs: 0 });
    });

    it('waits no more than ten minutes', async () => {
      const { send, times } = script(failure(Code.UNAVAILABLE, { retryAfterMs: 1e15 }), 'done');
      start(send, { retry: { ...defaultRetryPolicy, maxElapsedMs: Infinity } });
      await jest.advanceTimersByTimeAsync(600_000);
      expect(times()).toEqual([0, 600_000]);
    });

    it.each([NaN, -1, 0, -Infinity])('does not mind %p', async (retryAfterMs) => {
      const { send, times } = script(failure(Code.UNAVAILABLE, { retryAfterMs }), 'done');
      start(send);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(times()).toEqual([0, 500]);
    });

    it('does not mind a hint that goes with a failure for good', async () => {
      const state = start(script(failure(Code.NOT_FOUND, { retryAfterMs: 20_000 })).send);
      await jest.advanceTimersByTimeAsync(0);
      expect(state.settled).toMatchObject({ error: { retryAfterMs: 20_000 }, afterMs: 0 });
    });
  });

  it('cuts a pause to the last chance, while there is one', async () => {
    const { send, times } = script(failure(Code.UNAVAILABLE));
    const startMs = performance.now();
    start(send, { lastAttemptInMs: () => 1200 - (performance.now() - startMs) });
    await jest.advanceTimersByTimeAsync(4000);
    expect(times()).toEqual([0, 500, 1200, 3200]);
  });

  describe('when the transport hangs', () => {
    it('enforces the deadline by itself, cancels the request, and tries again', async () => {
      const { send, sent, times } = script('hang', 'done');
      const state = start(send, { timeoutMs: () => 5000 });
      await jest.advanceTimersByTimeAsync(4999);
      expect(sent[0]!.options.signal!.aborted).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(sent[0]!.options.signal!.aborted).toBe(true);
      expect(sent[0]!.options.signal!.reason).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
      await jest.advanceTimersByTimeAsync(500);
      expect(times()).toEqual([0, 5500]);
      expect(state.settled).toEqual({ value: 'done', afterMs: 5500 });
      nothingLeft();
    });

    it('fails with DEADLINE_EXCEEDED when nothing is left', async () => {
      const state = start(script('hang').send, { timeoutMs: () => 30_000 });
      await jest.advanceTimersByTimeAsync(200_000);
      expect(state.settled).toMatchObject({
        error: {
          rpcCode: Code.DEADLINE_EXCEEDED,
          origin: 'transport',
          attempts: 2,
          status: { message: 'no answer within 30000 ms' },
        },
        afterMs: 60_500, // the second attempt began before the window of 60 s was used up
      });
      nothingLeft();
    });

    it('does not mind an answer or a failure that comes too late', async () => {
      const late = (act: (resolve: (value: string) => void, reject: (error: Error) => void) => void) => () =>
        new Promise<string>((resolve, reject) => void setTimeout(() => act(resolve, reject), 7000));
      const { send } = script(
        late((resolve) => resolve('too late')),
        late((_, reject) => reject(new Error('too late'))),
        'done',
      );
      const state = start(send, { timeoutMs: () => 5000 });
      await jest.advanceTimersByTimeAsync(30_000);
      expect(state.settled).toMatchObject({ value: 'done' });
    });

    it('does not mind a failure that comes too late while the next attempt is under way', async () => {
      const late = (): Promise<string> =>
        new Promise((_, reject) => setTimeout(() => reject(failure(Code.PERMISSION_DENIED)), 2000));
      const slow = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('done'), 900));
      const state = start(script(late, slow).send, { timeoutMs: () => 1000 });
      await jest.advanceTimersByTimeAsync(60_000);
      expect(state.settled).toEqual({ value: 'done', afterMs: 2400 });
      nothingLeft();
    });

    it('can wait longer than a timer', async () => {
      const ms = 2 ** 31 + 5000;
      const state = start(script('hang').send, {
        timeoutMs: () => ms,
        retry: { ...defaultRetryPolicy, maxAttempts: 1 },
      });
      await jest.advanceTimersByTimeAsync(ms - 1);
      expect(state.settled).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
      expect(state.settled).toMatchObject({ error: { rpcCode: Code.DEADLINE_EXCEEDED }, afterMs: ms });
    });
  });

  describe('when it is aborted', () => {
    const reasons: [string, unknown][] = [
      ['an Error', new Error('why')],
      ['a TypeError', new TypeError('why')],
      ['a string', 'why'],
      ['a number', 0],
      ['null', null],
      ['a DOMException', new DOMException('why', 'TimeoutError')],
      ['an error of ours', failure(Code.CANCELLED)],
      ['an error that would be tried again', failure(Code.UNAVAILABLE)],
    ];
    const phases = [
      ['in flight', 'hang', 100],
      ['between attempts', failure(Code.UNAVAILABLE), 100],
      ['in flight for the second time', failure(Code.UNAVAILABLE), 499],
    ] as const;

    it.each(reasons)('before it began, asks nothing and rejects with %s', async (_, reason) => {
      const { send, sent } = script('done');
      const state = start(send, { signal: AbortSignal.abort(reason) });
      await jest.advanceTimersByTimeAsync(0);
      expect(sent).toHaveLength(0);
      expect(state.settled).toEqual({ error: reason, afterMs: 0 });
      expect(state.settled?.error).toBe(reason);
      nothingLeft();
    });

    describe.each(phases)('%s', (_, answer, atMs) => {
      it.each(reasons)('rejects at once with %s itself', async (_, reason) => {
        const { send, sent } = script(answer);
        const controller = new AbortController();
        const removed = jest.spyOn(controller.signal, 'removeEventListener');
        const added = jest.spyOn(controller.signal, 'addEventListener');
        const state = start(send, { signal: controller.signal });
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
        nothingLeft();
      });

      it('rejects at once with an AbortError for a signal without a reason', async () => {
        const signal = new CountingSignal();
        const state = start(script(answer).send, { signal });
        await jest.advanceTimersByTimeAsync(atMs);
        signal.abort();
        nothingLeft(signal);
        await jest.advanceTimersByTimeAsync(0);
        expect(state.settled).toMatchObject({ error: { name: 'AbortError' }, afterMs: atMs });
        expect(state.settled?.error).toBeInstanceOf(DOMException);
      });

      it("rejects at once for the abort-controller package's signal", async () => {
        const controller = new PolyfillController();
        const state = start(script(answer).send, { signal: controller.signal });
        await jest.advanceTimersByTimeAsync(atMs);
        controller.abort();
        await jest.advanceTimersByTimeAsync(0);
        expect(state.settled).toMatchObject({ error: { name: 'AbortError' }, afterMs: atMs });
        nothingLeft();
      });
    });

    it("cancels the request with the signal's reason", async () => {
      const { send, sent } = script('hang');
      const controller = new AbortController();
      start(send, { signal: controller.signal });
      controller.abort('why');
      expect(sent[0]!.options.signal).toMatchObject({ aborted: true, reason: 'why' });
      await jest.advanceTimersByTimeAsync(0);
    });

    it('wins over a failure of the same moment', async () => {
      const controller = new AbortController();
      const send = jest.fn(() => {
        controller.abort('why');
        return Promise.reject(failure(Code.NOT_FOUND));
      });
      const state = start(send, { signal: controller.signal });
      await jest.advanceTimersByTimeAsync(0);
      expect(state.settled).toEqual({ error: 'why', afterMs: 0 });
      nothingLeft();
    });

    it('wins over the next attempt when a pause ends at the same moment', async () => {
      const controller = new AbortController();
      const { send } = script(failure(Code.UNAVAILABLE), 'hang');
      const state = start(send, { signal: controller.signal });
      await jest.advanceTimersByTimeAsync(499);
      setTimeout(() => controller.abort('why'), 1);
      jest.advanceTimersByTime(1); // both timers, and no promise in between
      await jest.advanceTimersByTimeAsync(0);
      expect(state.settled).toEqual({ error: 'why', afterMs: 500 });
      nothingLeft();
    });

    it('does not matter any more after the answer', async () => {
      const controller = new AbortController();
      const state = start(script('done').send, { signal: controller.signal });
      await jest.advanceTimersByTimeAsync(0);
      controller.abort();
      expect(state.settled).toMatchObject({ value: 'done' });
    });
  });

  it('waits before each attempt until it may go', async () => {
    const { send, times } = script(failure(Code.UNAVAILABLE), 'done');
    const timers = new TimerWheel();
    const pacer = new RateLimiter(1, timers);
    const before = { startedMs: 0, run: jest.fn() };
    pacer.enqueue(before);
    const state = start(send, { rateLimiter: pacer, timers });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(times()).toEqual([0, 1000]); // not 500
    expect(state.settled).toMatchObject({ value: 'done' });
  });

  it.each([
    [Code.RESOURCE_EXHAUSTED, 2000],
    [Code.UNAVAILABLE, 1000],
  ])(
    'slows the pacer down when the service says that a quota is used up: after code %d a turn takes %d ms',
    async (code, gapMs) => {
      const timers = new TimerWheel();
      const pacer = new RateLimiter(1, timers);
      start(script(failure(code)).send, {
        rateLimiter: pacer,
        timers,
        retry: { ...defaultRetryPolicy, maxAttempts: 1 },
      });
      await jest.advanceTimersByTimeAsync(10_000);
      const went: number[] = [];
      const dueMs = performance.now();
      for (let turn = 0; turn < 4; turn++)
        pacer.enqueue({ startedMs: dueMs, run: () => went.push(performance.now() - dueMs) });
      await jest.advanceTimersByTimeAsync(20_000);
      expect(went[3]! - went[2]!).toBe(gapMs);
    },
  );

  it('tells of each attempt that failed, and of the pause after it', async () => {
    const onRetry = jest.fn();
    const unavailable = failure(Code.UNAVAILABLE);
    const { send } = script(unavailable);
    const retry = { ...defaultRetryPolicy, maxAttempts: 3 };
    const rpc = {
      method: 'GetOperation',
      name: 'operations/1',
      send,
      retry,
      timeoutMs: () => 60_000,
      timers: new TimerWheel(),
    };
    new RpcCall<string>({ onResponse: () => {}, onError: () => {}, onRetry }, rpc).start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(onRetry.mock.calls).toEqual([
      [unavailable, 1, 500],
      [unavailable, 2, 1000],
    ]);
  });

  it('leaves no listener of any attempt', async () => {
    const signal = new CountingSignal();
    const state = start(script(failure(Code.UNAVAILABLE), 'hang', failure(Code.ABORTED), 'done').send, {
      signal,
      timeoutMs: () => 1000,
    });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(state.settled).toMatchObject({ value: 'done' });
    expect(signal.added).toBe(1);
    nothingLeft(signal);
  });
});
