import { describe, expect, it } from '@jest/globals';
import { AsyncQueue } from '../src/async-queue.js';
import { fc } from './support/fast-check.js';

const done = { done: true, value: undefined };
const item = (value: unknown) => ({ done: false, value });

/** Lets all promise reactions run. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('AsyncQueue', () => {
  it('delivers items in order, then done', async () => {
    const queue = new AsyncQueue<number>();
    queue.push(1);
    queue.push(2);
    expect([queue.size, queue.closed]).toEqual([2, false]);
    queue.close();
    queue.push(3);
    expect([queue.size, queue.closed]).toEqual([2, true]);
    expect([await queue.next(), await queue.next(), await queue.next()]).toEqual([item(1), item(2), done]);
  });

  it('delivers undefined and promises as items', async () => {
    const queue = new AsyncQueue<unknown>();
    const promise = Promise.resolve(1);
    const pending = queue.next();
    queue.push(undefined);
    queue.push(promise);
    expect([await pending, await queue.next()]).toEqual([item(undefined), item(promise)]);
  });

  it('serves pending next() calls in order', async () => {
    const queue = new AsyncQueue<string>();
    const pending = [queue.next(), queue.next(), queue.next(), queue.next()];
    queue.push('a');
    queue.push('b');
    queue.close();
    expect(await Promise.all(pending)).toEqual([item('a'), item('b'), done, done]);
  });

  it('delivers the error of close() once, after the items', async () => {
    const queue = new AsyncQueue<string>();
    queue.push('a');
    queue.close({ error: 'lost' });
    queue.close({ error: 'too late' });
    expect(await queue.next()).toEqual(item('a'));
    await expect(queue.next()).rejects.toBe('lost');
    expect(await queue.next()).toEqual(done);
  });

  it('delivers an error that is undefined', async () => {
    const queue = new AsyncQueue();
    queue.fail(undefined);
    await expect(queue.next()).rejects.toBeUndefined();
    expect(await queue.next()).toEqual(done);
  });

  it('replaces the items and an earlier end by fail()', async () => {
    const queue = new AsyncQueue<string>();
    queue.push('a');
    queue.close({ error: 'first' });
    queue.fail('second');
    expect(queue.size).toBe(0);
    await expect(queue.next()).rejects.toBe('second');
    expect(await queue.next()).toEqual(done);
  });

  it('rejects the first pending next() by fail(), and ends the others', async () => {
    const queue = new AsyncQueue<string>();
    const [first, second] = [queue.next(), queue.next()];
    queue.fail('lost');
    await expect(first).rejects.toBe('lost');
    expect(await second).toEqual(done);
  });

  it('drops items and error by return(), and ends pending next() calls', async () => {
    const waiting = new AsyncQueue<string>();
    const pending = [waiting.next(), waiting.next()];
    expect(await waiting.return()).toEqual(done);
    expect(await Promise.all(pending)).toEqual([done, done]);
    const failed = new AsyncQueue<string>();
    failed.push('a');
    failed.close({ error: 'lost' });
    expect([await failed.return(), await failed.next()]).toEqual([done, done]);
  });

  it('rejects no promise before next() is called', async () => {
    const queue = new AsyncQueue<string>();
    queue.fail(new Error('lost')); // an unhandled rejection would fail the test
    await flush();
    await expect(queue.next()).rejects.toThrow('lost');
  });

  it('keeps the newest item only, if it conflates', async () => {
    const queue = new AsyncQueue<number>({ conflate: true });
    const pending = [queue.next(), queue.next()];
    for (const value of [1, 2, 3, 4]) queue.push(value);
    queue.close();
    expect(queue.size).toBe(1);
    expect(await Promise.all(pending)).toEqual([item(1), item(2)]);
    expect([await queue.next(), await queue.next()]).toEqual([item(4), done]);
  });
});

interface Queue {
  push(item: number): void;
  close(end?: { error: unknown }): void;
  fail(error: unknown): void;
  next(): unknown;
  return(): unknown;
}

/** A queue as a plain list of results: calls of `next()` take them in order; after the last one comes `done`. */
class Model implements Queue {
  readonly #conflate: boolean;
  #results: unknown[] = [];
  #calls: number[] = [];
  #callCount = 0;
  closed = false;
  /** The results, each with the number of its call. */
  readonly settled: [call: number, result: unknown][] = [];

  constructor(conflate: boolean) {
    this.#conflate = conflate;
  }

  get size(): number {
    return this.#results.filter((result) => !Object.hasOwn(result as object, 'error')).length;
  }

  push(value: number): void {
    if (this.closed) return;
    if (this.#conflate) this.#results = [];
    this.#results.push(item(value));
    this.#settle();
  }

  close(...ends: { error: unknown }[]): void {
    if (!this.closed) this.#results.push(...ends);
    this.closed = true;
    this.#settle();
  }

  fail(error: unknown): void {
    this.#results = [];
    this.closed = false;
    this.close({ error });
  }

  next(): void {
    this.#calls.push(this.#callCount++);
    this.#settle();
  }

  return(): void {
    this.#results = [];
    this.close();
    this.next();
  }

  #settle(): void {
    while (this.#calls.length > 0 && (this.#results.length > 0 || this.closed)) {
      this.settled.push([this.#calls.shift()!, this.#results.shift() ?? done]);
    }
  }
}

type Action = (queue: Queue, value: number) => unknown;
const next: Action = (queue) => queue.next();
const push: Action = (queue, value) => {
  queue.push(value);
};
const close: Action = (queue) => {
  queue.close();
};
const closeWithError: Action = (queue, error) => {
  queue.close({ error });
};
const fail: Action = (queue, error) => {
  queue.fail(error);
};
const leave: Action = (queue) => queue.return();
const actions = fc.array(fc.constantFrom(next, next, next, push, push, push, close, closeWithError, fail, leave), {
  maxLength: 30,
});

describe('AsyncQueue, for any sequence of calls', () => {
  it.each([false, true])('behaves like a list of results (conflate: %s)', async (conflate) => {
    await fc.assert(
      fc.asyncProperty(actions, fc.boolean(), async (sequence, flushes) => {
        const queue = new AsyncQueue<number>({ conflate });
        const model = new Model(conflate);
        const calls: Promise<unknown>[] = [];
        for (const [i, action] of sequence.entries()) {
          action(model, i);
          const step = action(queue, i);
          if (step instanceof Promise) calls.push(step.catch((error: unknown) => ({ error })));
          expect([queue.size, queue.closed]).toEqual([model.size, model.closed]);
          if (flushes) await flush();
        }
        queue.close();
        model.close();
        expect([...(await Promise.all(calls)).entries()]).toEqual(model.settled.sort(([a], [b]) => a - b));
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 200), seed: Number(process.env.PROPERTY_SEED ?? 20_260_101) },
    );
  });

  it('delivers every item exactly once, whatever the order of push() and next()', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (pushes) => {
        const queue = new AsyncQueue<number>();
        const steps: Promise<IteratorResult<number, undefined>>[] = [];
        for (const [i, isPush] of pushes.entries())
          if (isPush) queue.push(i);
          else steps.push(queue.next());
        queue.close();
        while (steps.length <= pushes.length) steps.push(queue.next());
        const values = (await Promise.all(steps)).flatMap((step) => (step.done ? [] : [step.value]));
        expect(values).toEqual([...pushes.keys()].filter((i) => pushes[i]));
      }),
    );
  });
});
