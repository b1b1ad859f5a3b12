import { describe, expect, it, jest } from '@jest/globals';
import { OperationsClient, PollingTimeoutError, type RawOperation } from '../../src/index.js';
import { startAll, startOrResume, type Checkpoint, type StartOrResumeOptions } from '../../src/many/index.js';
import { json, ScriptedTransport } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { track, useVirtualTime } from '../support/virtual-time.js';
import { all, world } from './support.js';

const advance = useVirtualTime();

const name = 'operations/7';
const running: RawOperation = { name, done: false };
const done: RawOperation = { name, done: true, response: json({}) };

/** Never settles. */
const never = (): Promise<never> => new Promise(() => undefined);

/** The arguments of a `startOrResume()` over a store in memory. */
function single(state: RawOperation, options: Partial<StartOrResumeOptions> = {}) {
  const transport = new ScriptedTransport([state]);
  const client = new OperationsClient({ transport });
  const saved = new Map<string, Checkpoint>();
  const store = {
    load: (key: string) => saved.get(key),
    save: (checkpoint: Checkpoint): unknown => saved.set(checkpoint.key, checkpoint),
    remove: (key: string): unknown => saved.delete(key),
  };
  const run = (changes: Partial<typeof store> = {}) =>
    startOrResume(client, { key: 'export', store: { ...store, ...changes }, start: () => running, ...options });
  return { run, saved, transport };
}

describe('the time limit of startOrResume()', () => {
  it.each([
    [0, 0],
    [-5, 0],
    [1, 1],
    [1500, 1500],
    [2 ** 31 + 5000, 2 ** 31 + 5000],
  ])('of %s ms ends a start after %s ms, and says so', async (totalTimeoutMs, limitMs) => {
    const start = jest.fn(never);
    const seen = track(single(running, { start, totalTimeoutMs }).run());
    await advance(Math.max(0, limitMs - 1));
    if (limitMs > 0) expect(seen).toEqual({});
    await advance(limitMs > 0 ? 1 : 0);
    const message = `The operation was not started within ${limitMs} ms`;
    expect(seen).toMatchObject({ error: { name: 'TimeoutError', message }, settledAtMs: limitMs });
    expect(start).toHaveBeenCalledTimes(limitMs > 0 ? 1 : 0);
  });

  it('ends the saving of the token, and then the wait, whose error has the token', async () => {
    const save = ({ token }: Checkpoint): unknown => token && never();
    const seen = track(single(running, { totalTimeoutMs: 100 }).run({ save }));
    await advance(99);
    expect(seen).toEqual({});
    await advance(2);
    expect(seen.error).toBeInstanceOf(PollingTimeoutError);
    expect(seen).toMatchObject({ error: { token: { name } } });
  });

  it('ends the removing of the checkpoint, and the response is returned', async () => {
    const seen = track(single(done, { totalTimeoutMs: 100 }).run({ remove: never }));
    await advance(100);
    expect(seen).toMatchObject({ value: done.response, settledAtMs: 100 });
  });

  it('sets no timer where there is none', async () => {
    const controller = new AbortController();
    const seen = track(single(running, { start: never, signal: controller.signal }).run());
    await advance(1000);
    expect([seen, jest.getTimerCount()]).toEqual([{}, 0]);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
  });

  it('leaves the wait what the start has not used', async () => {
    const start = async (): Promise<RawOperation> => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return running;
    };
    const seen = track(single(running, { start, totalTimeoutMs: 1000 }).run());
    await advance(1000);
    expect(seen.error).toBeInstanceOf(PollingTimeoutError);
    expect(seen.settledAtMs).toBe(1000);
  });

  it('is over, and its signal has no listener, once the response is returned', async () => {
    const signal = new CountingSignal();
    const seen = track(single(done, { totalTimeoutMs: 60_000, signal }).run());
    await advance(10_000);
    expect(seen.value).toEqual(done.response);
    expect([jest.getTimerCount(), signal.listeners]).toEqual([0, 0]);
  });
});

describe('the time limit of startAll()', () => {
  it.each([
    [0, 0],
    [-5, 0],
    [1, 1],
    [1500, 1500],
    [2 ** 31 + 5000, 2 ** 31 + 5000],
  ])('of %s ms ends the batch after %s ms, and says so', async (totalTimeoutMs, limitMs) => {
    const seen = track(all(startAll([1], never, { totalTimeoutMs })));
    await advance(Math.max(0, limitMs - 1));
    if (limitMs > 0) expect(seen).toEqual({});
    await advance(limitMs > 0 ? 1 : 0);
    const message = `Stopped starting operations after ${limitMs} ms`;
    expect(seen).toMatchObject({ error: { name: 'TimeoutError', message }, settledAtMs: limitMs });
  });

  it('ends the wait for an operation that is resumed', async () => {
    const { client, emulator } = world();
    const token = client.poller(emulator.start({ durationMs: 60_000 }).name).toJSON();
    const loadedAfter = (ms: number) => async (key: string) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { key, requestId: '1', token };
    };
    const resume = jest.fn(() => client.resume(token));
    const first = jest.fn();
    const run = async (): Promise<void> => {
      const options = { load: loadedAfter(100), resume, totalTimeoutMs: 1000 };
      for await (const { operation } of startAll(['a'], never, options)) first(operation);
    };
    const seen = track(run());
    await advance(1000);
    expect(seen).toMatchObject({ error: { name: 'TimeoutError' }, settledAtMs: 1000 });
    expect(first).toHaveBeenCalledWith(
      expect.objectContaining({ result: 'unknown', reason: expect.any(PollingTimeoutError) }),
    );
  });
});
