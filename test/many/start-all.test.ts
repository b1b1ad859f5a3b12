import { describe, expect, it, jest } from '@jest/globals';
import { Code, type LROPoller, type ResumeToken } from '../../src/index.js';
import { startAll, type Checkpoint, type StartContext } from '../../src/many/index.js';
import { json } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { all, world } from './support.js';

const advance = useVirtualTime();

/** A service whose inputs are the durations of their operations in milliseconds. Negative ones fail to start. */
function service() {
  const { emulator, client } = world();
  const requests: { input: number; requestId: string; signal: AbortSignal }[] = [];
  const start = (input: number, { requestId, signal }: StartContext): LROPoller<unknown> => {
    requests.push({ input, requestId, signal });
    if (input < 0) throw new RangeError('negative');
    return client.poller(emulator.start({ durationMs: input, requestId, response: json({ input }) }));
  };
  const resume = (token: ResumeToken): LROPoller<unknown> => client.resume(token);
  const saved = new Map<string, Checkpoint>();
  const store = {
    key: String,
    checkpoint: (checkpoint: Checkpoint): void => void saved.set(checkpoint.key, checkpoint),
    load: (key: string) => saved.get(key),
    resume,
  };
  return { emulator, client, start, resume, requests, saved, store };
}

const invalidLoad = (value: string): TypeError =>
  new TypeError(`Cannot start as 'load()' must be the checkpoint of '1000': current value is ${value}`);
const failure = Object.assign(new Error('disk full'), { code: 'ENOSPC' });

describe('startAll()', () => {
  it('yields each input with its outcome, in the order of completion', async () => {
    const { start, requests } = service();
    const seen = track(all(startAll([3000, -1, 1000, 0], start)));
    await advance(4000);
    expect(seen.value).toMatchObject([
      { input: -1, operation: { result: 'unstarted', reason: { message: 'negative' } } },
      { input: 0, operation: { result: 'response', response: { json: { input: 0 } } } },
      { input: 1000, operation: { result: 'response' } },
      { input: 3000, operation: { result: 'response' } },
    ]);
    const uuid4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    for (const { requestId } of requests) expect(requestId).toMatch(uuid4);
    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(4);
    await expect(all(startAll([], start))).resolves.toEqual([]);
  });

  it('reads inputs only while fewer than `concurrency` are in flight, results not consumed included', async () => {
    const { start } = service();
    let read = 0;
    const inputs = (function* () {
      for (; read < 10;) {
        read++;
        yield 1000;
      }
    })();
    const iterable = startAll(inputs, start, { concurrency: 3 });
    await advance(1000);
    expect(read).toBe(0);
    const iterator = iterable[Symbol.asyncIterator]();
    const first = track(iterator.next());
    await advance(0);
    expect(read).toBe(3);
    await advance(5000);
    expect(first.value).toBeDefined();
    expect(read).toBe(4); // three results are not consumed yet
    await iterator.next();
    await advance(0);
    expect(read).toBe(5);
    await iterator.return?.();
  });

  it('reads async iterables, and closes them when the loop is left', async () => {
    const { start, emulator } = service();
    const signal = new CountingSignal();
    let closed = false;
    const inputs = (async function* () {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve(i === 1 ? 10 : 60_000);
      } finally {
        closed = true;
      }
    })();
    const broken = async (): Promise<void> => {
      for await (const { input } of startAll(inputs, start, { concurrency: 5, signal })) {
        expect(input).toBe(10);
        break;
      }
    };
    const seen = track(broken());
    await advance(1000);
    expect([seen.settledAtMs !== undefined, closed, signal.listeners, jest.getTimerCount()]).toEqual([
      true,
      true,
      0,
      0,
    ]);
    const callCount = emulator.calls.length;
    await advance(60_000);
    expect(emulator.calls).toHaveLength(callCount);
  });

  it('does not wait for a pending input when the loop is left', async () => {
    const { start } = service();
    const inputs = (async function* () {
      yield 60_000;
      await new Promise(() => {});
    })();
    const iterator = startAll(inputs, start)[Symbol.asyncIterator]();
    const next = track(iterator.next());
    await advance(100);
    await iterator.return?.();
    await advance(0);
    expect(next.value).toMatchObject({ done: true });
  });

  it('yields the inputs in flight before it throws an error of the iterable', async () => {
    const { start } = service();
    const inputs = (function* () {
      yield 1000;
      throw failure;
    })();
    const iterator = startAll(inputs, start)[Symbol.asyncIterator]();
    const first = track(iterator.next());
    await advance(2000);
    expect(first.value).toMatchObject({ value: { input: 1000 } });
    await expect(iterator.next()).rejects.toBe(failure);
    await expect(iterator.next()).resolves.toMatchObject({ done: true });
  });

  it('throws the abort reason at once, and aborts the starts', async () => {
    const { requests, start } = service();
    const signal = new AbortController();
    const slow = (input: number, context: StartContext): Promise<never> => {
      expect(() => start(input, context)).not.toThrow();
      return new Promise(() => {}); // ignores its signal
    };
    const seen = track(all(startAll([1, 2], slow, { signal: signal.signal })));
    await advance(1000);
    signal.abort('enough');
    await advance(0);
    expect(seen).toMatchObject({ error: 'enough', settledAtMs: 1000 });
    expect(requests.map((request) => request.signal.reason as unknown)).toEqual(['enough', 'enough']);
    let read = false;
    const inputs = (function* () {
      read = true;
      yield 1;
    })();
    await expect(all(startAll(inputs, start, { signal: signal.signal }))).rejects.toBe('enough');
    expect(read).toBe(false);
  });

  it('does not abort the signal of a start that has settled', async () => {
    const { start, requests } = service();
    const seen = track(all(startAll([100], start)));
    await advance(500);
    expect([seen.value?.length, requests[0]?.signal.aborted]).toEqual([1, false]);
  });

  it('yields the inputs in flight when the time limit passes, then throws', async () => {
    const { start } = service();
    const hanging = (input: number, context: StartContext) =>
      input === 7 ? new Promise<never>(() => {}) : start(input, context);
    const yielded: unknown[] = [];
    const run = async (): Promise<void> => {
      const options = { concurrency: 2, totalTimeoutMs: 1500 };
      for await (const item of startAll([500, 60_000, 7, 8], hanging, options)) yielded.push(item);
    };
    const seen = track(run());
    await advance(1500);
    expect(yielded).toMatchObject([
      { input: 500, operation: { result: 'response' } },
      { input: 7, operation: { result: 'unstarted', reason: { name: 'TimeoutError' } } },
      { input: 60_000, operation: { result: 'unknown', reason: { token: { name: 'operations/2' } } } },
    ]);
    expect(seen).toMatchObject({ error: { name: 'TimeoutError' }, settledAtMs: 1500 });
  });

  it('does not open the iterable with a time limit of 0', async () => {
    const { start } = service();
    let opened = 0;
    const inputs = { [Symbol.iterator]: () => (opened++, [0].values()) };
    await expect(all(startAll(inputs, start, { totalTimeoutMs: 0 }))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect([opened, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('reports that start() did not return a poller', async () => {
    const seen = await all(startAll([1], () => ({ name: 'operations/1' }) as never));
    const reason = { message: "Cannot start as 'start()' must be an LROPoller: current value is an object" };
    expect(seen).toMatchObject([{ operation: { result: 'unstarted', reason } }]);
  });

  it('clears its timer when it ends before its time limit', async () => {
    const { start } = service();
    await expect(all(startAll([0], start, { totalTimeoutMs: 60_000 }))).resolves.toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('calls onProgress with the input', async () => {
    const { start } = service();
    const updates: unknown[] = [];
    const onProgress = ({ done }: { done: boolean }, input: number) => updates.push([input, done]);
    const seen = track(all(startAll([500], start, { onProgress })));
    await advance(1000);
    expect([seen.value?.length, updates]).toEqual([1, [[500, false], [500, true]]]); // prettier-ignore
  });

  it('throws for invalid arguments at once', () => {
    const { start } = service();
    expect(() => startAll(undefined as never, start)).toThrow("'inputs' must be an iterable");
    expect(() => startAll([], undefined as never)).toThrow("'start' must be a function");
    expect(() => startAll([], start, { concurrency: 0 })).toThrow(RangeError);
    expect(() => startAll([], start, { load: () => undefined })).toThrow("'resume' must be given with 'load'");
    expect(() => startAll([], start, { key: 'id' as never })).toThrow("'key' must be a function");
    expect(() => startAll([], start, { totalTimeoutMs: NaN })).toThrow(RangeError);
  });

  it('yields an input as unstarted if start() does not return a poller', async () => {
    const { client } = world();
    await expect(all(startAll([1], () => client as never))).resolves.toMatchObject([
      { operation: { result: 'unstarted', reason: expect.any(TypeError) } },
    ]);
  });
});

describe('checkpoints', () => {
  it('are saved before the start, after it, and when the result was consumed', async () => {
    const { start, store, requests } = service();
    const log: unknown[] = [];
    const checkpoint = jest.fn((entry: Checkpoint) => {
      store.checkpoint(entry);
      log.push(entry.done ? 'done' : entry.token ? 'token' : 'request id');
    });
    const logged = (input: number, context: StartContext) => {
      log.push('start');
      return start(input, context);
    };
    const run = async (): Promise<void> => {
      for await (const { operation } of startAll([1000], logged, { ...store, checkpoint })) {
        log.push(operation.result);
        await Promise.resolve();
        log.push('processed');
      }
      log.push('end');
    };
    const seen = track(run());
    await advance(2000);
    expect(seen.settledAtMs).toBeDefined();
    expect(log).toEqual(['request id', 'start', 'token', 'response', 'processed', 'done', 'end']);
    const [{ requestId } = {}] = requests;
    const token = { version: 1, name: 'operations/1', startedAtMs: expect.any(Number) };
    expect(checkpoint.mock.calls).toEqual([
      [{ key: '1000', requestId }],
      [{ key: '1000', requestId, token }],
      [{ key: '1000', requestId, token, done: true }],
    ]);
  });

  it('continue in a second run: it starts what was not started, resumes waits, and skips what is done', async () => {
    const { emulator, start, store, saved, requests } = service();
    const inputs = [500, 5000, 9000, -1];
    const first = async (): Promise<void> => {
      const yielded: number[] = [];
      for await (const { input } of startAll(inputs, start, store)) {
        yielded.push(input);
        if (yielded.length === 3) break; // 5000 was yielded and not acknowledged
      }
      expect(yielded).toEqual([-1, 500, 5000]);
    };
    const broken = track(first());
    await advance(6000);
    expect(broken).toHaveProperty('settledAtMs');
    expect(JSON.parse(JSON.stringify(saved.get('500')))).toMatchObject({ done: true });
    const again = track(all(startAll(inputs, start, store)));
    await advance(6000);
    expect(again.value?.map(({ input, operation }) => [input, operation.result])).toEqual([
      [-1, 'unstarted'],
      [5000, 'response'],
      [9000, 'response'],
    ]);
    expect(requests.map(({ input }) => input)).toEqual([500, 5000, 9000, -1, -1]);
    expect(requests[3]?.requestId).toBe(requests[4]?.requestId);
    expect(emulator.operation('operations/4')).toBeUndefined();
  });

  it('keep the request id of a start whose response was lost', async () => {
    const { emulator, start, store, requests } = service();
    const lost = (input: number, context: StartContext): never => {
      start(input, context);
      throw failure; // the response is lost
    };
    await expect(all(startAll([500], lost, store))).resolves.toMatchObject([{ operation: { result: 'unstarted' } }]);
    const seen = track(all(startAll([500], start, store)));
    await advance(1000);
    expect(seen.value).toMatchObject([{ input: 500, operation: { name: 'operations/1', result: 'response' } }]);
    expect(requests[0]?.requestId).toBe(requests[1]?.requestId);
    expect(emulator.operation('operations/2')).toBeUndefined();
  });

  it('of an operation with an unknown outcome resume its wait', async () => {
    const { emulator, start, store, saved, requests } = service();
    emulator.injectFault({ method: 'getOperation', status: { code: Code.PERMISSION_DENIED } });
    const first = track(all(startAll([500], start, store)));
    await advance(1000);
    expect(first.value).toMatchObject([{ operation: { result: 'unknown' } }]);
    expect(saved.get('500')?.done).toBeUndefined();
    const second = track(all(startAll([500], start, store)));
    await advance(1000);
    expect(second.value).toMatchObject([{ operation: { result: 'response' } }]);
    expect(requests).toHaveLength(1);
  });

  it('contain no token if the operation has no name', async () => {
    const { client, store, saved } = service();
    const start = () => client.poller({ name: '', done: true });
    await expect(all(startAll(['a'], start, { ...store, key: String }))).resolves.toHaveLength(1);
    expect(saved.get('a')).toEqual({ key: 'a', requestId: expect.any(String), done: true });
  });

  it.each([
    ['the request id', (entry: Checkpoint) => !entry.token, 0],
    ['the token', (entry: Checkpoint) => entry.token !== undefined && !entry.done, 1],
    ['the outcome', (entry: Checkpoint) => entry.done === true, 1],
  ])('end the iteration if %s cannot be saved', async (_, isFailing, started) => {
    const { emulator, start, store, requests } = service();
    const checkpoint = (entry: Checkpoint): Promise<void> =>
      isFailing(entry) ? Promise.reject(failure) : Promise.resolve().then(() => store.checkpoint(entry));
    const seen = track(all(startAll([1000], start, { ...store, checkpoint })));
    await advance(2000);
    expect(seen.error).toBe(failure);
    expect(requests).toHaveLength(started);
    const again = track(all(startAll([1000], start, store)));
    await advance(2000);
    expect(again.value).toMatchObject([{ input: 1000, operation: { result: 'response' } }]);
    expect(emulator.operation('operations/2')).toBeUndefined();
  });

  it.each([
    ['throws', () => Promise.reject(failure), failure],
    ['returns something else', () => '{}' as never, invalidLoad('{}')],
    ['returns the checkpoint of another input', () => ({ key: 'x', requestId: 'y' }), invalidLoad('x')],
  ])('end the iteration if load() %s', async (_, load, error) => {
    const { start, store, requests } = service();
    const seen = track(all(startAll([1000], start, { ...store, load })));
    await advance(0);
    expect(seen.error).toEqual(error);
    expect(requests).toHaveLength(0);
  });

  it('that cannot be resumed are yielded as unknown', async () => {
    const { start, store, saved } = service();
    saved.set('5', { key: '5', requestId: 'r', token: { version: 1, name: 'operations/9', startedAtMs: -1 } });
    await expect(all(startAll([5], start, store))).resolves.toMatchObject([
      { input: 5, operation: { result: 'unknown', name: 'operations/9', reason: expect.any(TypeError) } },
    ]);
    expect(saved.get('5')?.done).toBeUndefined();
  });

  it('require a unique key for each input', async () => {
    const { start, store } = service();
    const seen = track(all(startAll([5, 5], start, store)));
    await advance(1000);
    expect(seen.value).toMatchObject([
      { operation: { result: 'unstarted', reason: expect.any(RangeError) } },
      { operation: { result: 'response' } },
    ]);
    const { checkpoint } = store;
    await expect(all(startAll([5, 6], start, { checkpoint }))).rejects.toThrow("'key' must be a function unless");
    const empty = all(startAll([6], start, { checkpoint, key: () => '' }));
    await expect(empty).resolves.toMatchObject([
      {
        operation: {
          reason: new TypeError("Cannot start as 'key()' must be a non-empty string: current value is an empty string"),
        },
      },
    ]);
    const text = startAll(['5'], (input, context) => start(Number(input), context), { checkpoint });
    const strings = track(all(text));
    await advance(1000);
    expect(strings.value).toMatchObject([{ input: '5', operation: { result: 'response' } }]);
  });

  it('are saved once each, also if next() is called after the end', async () => {
    const { start, store } = service();
    const checkpoint = jest.fn(store.checkpoint);
    const iterator = startAll([0], start, { ...store, checkpoint })[Symbol.asyncIterator]();
    const steps = [await iterator.next(), await iterator.next(), await iterator.next()];
    expect([steps.map(({ done }) => done), checkpoint.mock.calls.length]).toEqual([[false, true, true], 3]);
  });

  it('are not saved if the loop is left while load() is pending', async () => {
    const { start, store, requests } = service();
    const checkpoint = jest.fn(store.checkpoint);
    const load = (): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), 100));
    const iterator = startAll([5], start, { ...store, checkpoint, load })[Symbol.asyncIterator]();
    const next = track(iterator.next());
    await advance(50);
    await iterator.return?.();
    await advance(1000);
    expect([next.value?.done, checkpoint.mock.calls.length, requests.length]).toEqual([true, 0, 0]);
  });

  it('are not saved if the loop is left while start() is pending', async () => {
    const { start, store } = service();
    const checkpoint = jest.fn(store.checkpoint);
    let respond = (): void => {};
    const slow = async (input: number, context: StartContext) => {
      await new Promise<void>((resolve) => (respond = resolve));
      return start(input, context);
    };
    const iterator = startAll([5], slow, { ...store, checkpoint })[Symbol.asyncIterator]();
    const next = track(iterator.next());
    await advance(0);
    await iterator.return?.();
    respond();
    await advance(1000);
    expect([next.value?.done, checkpoint.mock.calls.length]).toEqual([true, 1]);
  });
});
