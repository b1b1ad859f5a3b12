import { describe, expect, it, jest } from '@jest/globals';
import { type Checkpoint, startAll } from '../../src/many/index.js';
import { track, useVirtualTime } from '../support/virtual-time.js';
import { all, world } from './support.js';

const advance = useVirtualTime();

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
const never = (): Promise<never> => new Promise(() => undefined);

/** Inputs that end after `count`, or fail; `return()` is recorded. */
function inputsOf(count: number, failure?: Error) {
  let read = 0;
  const iterator = {
    next: () => {
      if (read === count && failure) throw failure;
      return { done: read === count, value: read < count ? read++ : -1 };
    },
    return: jest.fn(() => ({ done: true as const, value: undefined })),
  };
  return { inputs: { [Symbol.iterator]: () => iterator }, iterator, read: () => read };
}

describe('startAll() and its inputs', () => {
  it('has 100 in flight by default', async () => {
    const { inputs, read } = inputsOf(150);
    const iterator = startAll(inputs, never)[Symbol.asyncIterator]();
    void iterator.next();
    await advance(0);
    expect(read()).toBe(100);
    await iterator.return?.();
  });

  it('closes them once, though the batch was aborted before the loop was left', async () => {
    const { inputs, iterator: source } = inputsOf(5);
    const controller = new AbortController();
    const iterator = startAll(inputs, never, { concurrency: 1, signal: controller.signal })[Symbol.asyncIterator]();
    const seen = track(iterator.next());
    await advance(0);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    await iterator.return?.();
    expect(source.return).toHaveBeenCalledTimes(1);
  });

  it.each([undefined, new Error('broken')])('does not close them after their end: %p', async (failure) => {
    const { poller } = world();
    const { inputs, iterator: source } = inputsOf(1, failure);
    const seen = track(all(startAll(inputs, () => poller(0))));
    await advance(1000);
    expect(seen.error).toBe(failure);
    expect(source.return).not.toHaveBeenCalled();
  });

  it('returns once they are closed, where none is being read', async () => {
    let closed = false;
    const inputs = (async function* () {
      try {
        yield await Promise.resolve(1);
        yield 2;
      } finally {
        await sleep(100);
        closed = true;
      }
    })();
    const iterator = startAll(inputs, never, { concurrency: 1 })[Symbol.asyncIterator]();
    void iterator.next();
    await advance(0);
    const seen = track(iterator.return!());
    await advance(99);
    expect([seen, closed]).toEqual([{}, false]);
    await advance(1);
    expect([seen, closed]).toEqual([{ value: { done: true, value: undefined }, settledAtMs: 100 }, true]);
  });

  it('ignores an input that is read when the loop has been left', async () => {
    const load = jest.fn((): undefined => undefined);
    const inputs = (async function* () {
      await sleep(100);
      yield 'late';
    })();
    const iterator = startAll(inputs, never, { load, resume: never as never })[Symbol.asyncIterator]();
    void iterator.next();
    await advance(50);
    await iterator.return?.();
    await advance(100);
    expect(load).not.toHaveBeenCalled();
  });

  it('has a checkpoint for each result that a later next() has requested, also of calls at the same time', async () => {
    const { poller } = world();
    const saved: Checkpoint[] = [];
    const checkpoint = (one: Checkpoint): void => void saved.push(one);
    const options = { concurrency: 1, checkpoint };
    const iterator = startAll(['a', 'b'], () => poller(100), options)[Symbol.asyncIterator]();
    const inputOf = async (step: ReturnType<typeof iterator.next>): Promise<unknown> => {
      const { value } = (await step) as { value: { input: string } };
      return value.input;
    };
    const calls = [track(inputOf(iterator.next())), track(inputOf(iterator.next()))];
    await advance(10_000);
    expect(calls.map(({ value }) => value)).toEqual(['a', 'b']);
    expect(saved.filter((one) => one.done).map(({ key }) => key)).toEqual(['a']);
    await iterator.return?.();
  });
});

describe('startAll({ resume })', () => {
  it('reports that it did not return a poller', async () => {
    const { client, emulator } = world();
    const token = client.poller(emulator.start({ durationMs: 100 }).name).toJSON();
    const load = (key: string): Checkpoint => ({ key, requestId: '1', token });
    const results = await all(startAll(['a'], never, { load, resume: () => ({}) as never }));
    const message = "Cannot start as 'resume()' must be an LROPoller: current value is an object";
    expect(results).toMatchObject([{ operation: { result: 'unknown', reason: { message } } }]);
  });
});

describe('startAll({ expectedMs })', () => {
  it('is passed to each poller that has the method', async () => {
    const { poller } = world();
    const expectation = jest.fn();
    const start = (input: number) => Object.assign(poller(0), { expect: input === 0 ? expectation : undefined });
    const seen = track(all(startAll([0, 1], start as never, { expectedMs: 5000 })));
    await advance(1000);
    expect(seen.value).toMatchObject([{ operation: { result: 'response' } }, { operation: { result: 'response' } }]);
    expect(expectation.mock.calls).toEqual([[5000]]);
  });

  it('is not passed where it is not set', async () => {
    const { poller } = world();
    const expectation = jest.fn();
    const seen = track(all(startAll([0], () => Object.assign(poller(0), { expect: expectation }))));
    await advance(1000);
    expect(seen.value).toHaveLength(1);
    expect(expectation).not.toHaveBeenCalled();
  });

  it.each([1, 60_000])('may be %s', (expectedMs) => {
    expect(() => startAll([], never, { expectedMs })).not.toThrow();
  });

  it.each([0.9, 0, -1, Infinity, NaN])('may not be %s', (expectedMs) => {
    expect(() => startAll([], never, { expectedMs })).toThrow(RangeError);
  });
});
