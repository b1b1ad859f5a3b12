import { describe, expect, it } from '@jest/globals';
import { PollingTimeoutError } from '../../src/index.js';
import { customOperations, OperationInterruptedError, type CustomOperationsOptions } from '../../src/custom/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

interface Task {
  readonly name: string;
  readonly done?: boolean;
  readonly question?: string | null;
  readonly percent?: number;
  readonly response?: number;
}

const advance = useVirtualTime();
const name = 'tasks/7';

/** A service whose task stops for input until `answer()` is called, and is done at the next poll. */
function service(options: Pick<CustomOperationsOptions<Task>, 'onInterrupted'> = {}) {
  let isAnswered = false;
  const polls: number[] = [];
  const get = (): Promise<Task> => {
    polls.push(performance.now());
    if (isAnswered) return Promise.resolve({ name, done: true, response: 7 });
    return Promise.resolve({ name, question: polls.length === 1 ? null : 'which one?' });
  };
  const answer = (): void => {
    isAnswered = true;
  };
  const readers = { interrupted: ({ question }: Task) => question, metadata: ({ percent }: Task) => ({ percent }) };
  const tasks = customOperations({ get, ...readers, ...options });
  return { tasks, get, readers, polls, answer, poller: () => tasks.poller(name, { backoff: () => 1000 }) };
}

describe('an operation that stops for input', () => {
  it('is yielded by updates(), once, with what it has stopped for, and the wait goes on', async () => {
    const { poller, answer } = service();
    const seen: unknown[] = [];
    const iterate = async (): Promise<void> => {
      for await (const { done, raw } of poller().updates()) seen.push([done, raw.interruption]);
    };
    const result = track(iterate());
    await advance(5000);
    answer();
    await advance(1000);
    expect(result).toMatchObject({ settledAtMs: expect.any(Number) });
    expect(seen).toEqual([
      [false, undefined],
      [false, 'which one?'],
      [true, undefined],
    ]);
  });

  it.each(['promise', 'pollUntilDone'] as const)(
    'rejects %s() without a handler, with the token; the next wait goes on',
    async (method) => {
      const { poller: create, answer, tasks } = service();
      const poller = create();
      const first = track<unknown>(poller[method]());
      await advance(5000);
      expect(first.error).toBeInstanceOf(OperationInterruptedError);
      expect(first.error).toBeInstanceOf(PollingTimeoutError);
      expect(first.error).toMatchObject({
        code: 'LRO_POLLING_TIMEOUT',
        interruption: 'which one?',
        message: "Stopped waiting for operation 'tasks/7' as it has stopped for input",
        operation: { name, done: false },
        token: { name },
        polls: 2,
      });
      // Still without input: a further wait sees it too.
      const second = track<unknown>(poller[method]());
      await advance(5000);
      expect(second.error).toBeInstanceOf(OperationInterruptedError);
      answer();
      const third = track(poller.promise());
      const resumed = track(tasks.resume((first.error as OperationInterruptedError).token).promise());
      await advance(60_000);
      expect([third.value, resumed.value]).toEqual([7, 7]);
    },
  );

  it('is a value of pollFor()', async () => {
    const { poller, polls } = service();
    const result = track(poller().pollFor(60_000));
    await advance(60_000);
    expect(result.value).toMatchObject({ done: false, raw: { interruption: 'which one?' } });
    expect(polls).toHaveLength(2);
  });

  it('calls onInterrupted, which sends the input, while the wait goes on', async () => {
    const calls: unknown[] = [];
    const world = service({
      onInterrupted: ({ question }, { name, signal }) => {
        calls.push([question, name, signal.aborted]);
        world.answer();
      },
    });
    const result = track(world.poller().promise());
    await advance(10_000);
    expect(result.value).toBe(7);
    expect(calls).toEqual([['which one?', name, false]]);
  });

  it('calls onInterrupted again only for a poll that was sent after the last call had settled', async () => {
    const calls: number[] = [];
    const settles: (() => void)[] = [];
    const world = service({
      onInterrupted: () => {
        calls.push(world.polls.length);
        return new Promise<void>((resolve) => settles.push(resolve));
      },
    });
    const result = track(world.poller().promise());
    await advance(20_000);
    expect(calls).toEqual([2]); // polls go on
    const sent = world.polls.length;
    expect(sent).toBeGreaterThan(10);
    settles[0]!();
    await advance(1000);
    expect(calls).toEqual([2, sent + 1]);
    world.answer();
    settles[1]!();
    await advance(1000);
    expect(result.value).toBe(7);
  });

  it('rejects with what onInterrupted throws', async () => {
    const problem = new Error('no idea');
    const { poller, polls } = service({ onInterrupted: () => Promise.reject(problem) });
    const result = track(poller().promise());
    await advance(60_000);
    expect(result.error).toBe(problem);
    expect(polls).toHaveLength(2);
  });

  it('aborts the signal of onInterrupted with the wait, which rejects with the reason at once', async () => {
    const signals: AbortSignal[] = [];
    const { poller } = service({
      onInterrupted: (_, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const result = track(poller().promise({ signal: controller.signal }));
    await advance(5000);
    controller.abort('enough');
    await advance(0);
    expect(result.error).toBe('enough');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('checks the options of a wait, and one that is aborted already sends nothing', async () => {
    const { poller, polls } = service();
    const wrong = track(poller().promise({ signal: 5 as never }));
    const aborted = track(poller().promise({ signal: AbortSignal.abort('enough') }));
    await advance(60_000);
    expect(wrong.error).toBeInstanceOf(TypeError);
    expect(aborted.error).toBe('enough');
    expect(polls).toEqual([]);
  });
});

describe('waitFor() of an operation that stops for input', () => {
  it('calls onInterrupted and returns the response', async () => {
    const { get, readers, answer } = service();
    const result = track(waitFor(get, name, { ...readers, onInterrupted: answer }));
    await advance(60_000);
    expect(result.value).toBe(7);
  });

  it('rejects with the token without it, and keeps that for the next run', async () => {
    const { get, readers, answer } = service();
    const store: { token?: unknown } = {};
    const options = { ...readers, save: (token: unknown) => (store.token = token), load: () => store.token as never };
    const first = track(waitFor(get, () => name, options));
    await advance(60_000);
    expect(first.error).toBeInstanceOf(OperationInterruptedError);
    expect(store.token).toMatchObject({ name });
    answer();
    const second = track(waitFor(get, () => 'tasks/8', options));
    await advance(60_000);
    expect(second.value).toBe(7);
    expect(store.token).toBeUndefined();
  });
});
