import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, RequestError, type PollingEvent, type RawOperation } from '../../src/index.js';
import { createEmulatedPoller, createPoller } from '../support/create-poller.js';
import { failure, name, running, succeeded, type ScriptedResponse } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('onEvent', () => {
  it('is called for polls, retries, Retry-After and the outcome, each with its numbers', async () => {
    const answers = [
      running,
      { ...running, retryAfterMs: 5000 },
      failure(Code.UNAVAILABLE),
      failure(Code.INTERNAL, { retryAfterMs: 3000 }),
      succeeded,
    ];
    const { poller, events } = createPoller(answers, { latencyMs: 40 });
    const seen = track(poller.promise());
    await advance(12_000);
    expect(seen.value).toBeDefined();
    expect(events).toEqual([
      { type: 'poll', name, done: false, tookMs: 40, ageMs: 40, placedBy: 'age' },
      { type: 'poll', name, done: false, tookMs: 40, ageMs: 1040, placedBy: 'age' },
      { type: 'retry-after', name, delayMs: 5000 },
      { type: 'retry', name, error: expect.any(RequestError), attempt: 1, delayMs: 500 },
      { type: 'retry', name, error: expect.any(RequestError), attempt: 2, delayMs: 3000 },
      { type: 'poll', name, done: true, tookMs: 40, ageMs: 9660, placedBy: 'hint' },
      { type: 'done', name, result: 'response', polls: 3 },
    ]);
    const errors = events.map((event) => (event.type === 'retry' ? event.error.rpcCode : undefined));
    expect(errors.filter((code) => code !== undefined)).toEqual([Code.UNAVAILABLE, Code.INTERNAL]);
  });

  it('is called for the outcome once it is known: a wait that a listener starts then has it once', async () => {
    const states: boolean[] = [];
    const waits: { value?: unknown }[] = [];
    const onEvent = ({ type }: PollingEvent): void => {
      if (type === 'done') waits.push(track(poller.promise({ onProgress: ({ done }) => states.push(done) })));
    };
    const { poller, transport } = createPoller([succeeded], { polling: { onEvent } });
    waits.push(track(poller.promise()));
    await advance(5000);
    expect(states).toEqual([true]);
    expect(waits.map(({ value }) => value)).toEqual(
      [{ ok: true }, { ok: true }].map((one) => expect.objectContaining(one)),
    );
    expect(transport.requests).toHaveLength(1);
  });

  it('reports the age of a resumed operation', async () => {
    const { client, events } = createPoller([succeeded]);
    await client.resume({ version: 1, name, startedAtMs: Date.now() - 7_200_000 }).promise();
    expect(events[0]).toMatchObject({ type: 'poll', ageMs: 7_200_000 });
  });

  it('reports a huge Retry-After as it was clamped', async () => {
    const { poller, events } = createPoller([{ ...running, retryAfterMs: 1e15 }, succeeded], {});
    const seen = track(poller.promise());
    await advance(600_000);
    expect(seen.value).toBeDefined();
    expect(events.map((event) => (event.type === 'retry-after' ? event.delayMs : event.type))).toEqual([
      'poll',
      600_000,
      'poll',
      'done',
    ]);
  });

  it("reports no Retry-After that is shorter than the schedule's delay, or invalid", async () => {
    const types: string[] = [];
    const answers = [NaN, -1, 0, 10, 1000].map((retryAfterMs): RawOperation => ({ ...running, retryAfterMs }));
    const { poller } = createPoller([...answers, succeeded], { polling: { onEvent: ({ type }) => types.push(type) } });
    const seen = track(poller.promise());
    await advance(5000);
    expect(seen.value).toBeDefined();
    expect(types).toEqual([...Array<string>(6).fill('poll'), 'done']);
  });

  it('is called for a server-side wait', async () => {
    const { poller, events, raw } = createEmulatedPoller({ durationMs: 90_000, latencyMs: 50 });
    const seen = track(poller.promise());
    await advance(90_100);
    expect(seen.value).toBeDefined();
    expect(events).toEqual([
      { type: 'poll', name: raw.name, done: false, tookMs: 50, ageMs: 20_050, placedBy: 'age' },
      { type: 'wait', name: raw.name, done: false, tookMs: 60_050, ageMs: 60_050 },
      { type: 'wait', name: raw.name, done: true, tookMs: expect.any(Number), ageMs: expect.any(Number) },
      { type: 'done', name: raw.name, result: 'response', polls: 3 },
    ]);
  });

  it('is called for a failed server-side wait, and whether waits are disabled', async () => {
    for (const [code, disabled] of [
      [Code.UNAVAILABLE, false],
      [Code.UNIMPLEMENTED, true],
    ] as const) {
      const { poller, events, emulator, raw } = createEmulatedPoller({ durationMs: 2500, latencyMs: 50 });
      emulator.injectFault({ method: 'waitOperation', status: { code } });
      const seen = track(poller.promise());
      await advance(4000);
      expect(seen.value).toBeDefined();
      expect(events[0]).toEqual({ type: 'wait-failed', name: raw.name, error: expect.any(RequestError), disabled });
      expect(events[0]).toMatchObject({ error: { rpcCode: code } });
      expect(events.some(({ type }) => type === 'wait')).toBe(!disabled);
      expect(events.at(-1)).toMatchObject({ type: 'done' });
    }
  });

  it('is called for an operation that failed, also if applyUpdate() or poll() completed it', async () => {
    const failed: RawOperation = { name, done: true, error: { code: Code.ABORTED, message: '', details: [] } };
    for (const learn of ['promise', 'poll', 'update'] as const) {
      const { poller, events } = createPoller([failed]);
      if (learn === 'update') poller.applyUpdate(failed);
      else if (learn === 'poll') await poller.poll();
      else await poller.pollUntilDone();
      expect(events.at(-1)).toEqual({ type: 'done', name, result: 'error', polls: learn === 'update' ? 0 : 1 });
      expect(events).toHaveLength(learn === 'promise' ? 2 : 1);
    }
  });

  it('is called once, however many waiters there are', async () => {
    const types: string[] = [];
    const { poller } = createPoller([running, succeeded], { polling: { onEvent: ({ type }) => types.push(type) } });
    const all = track(Promise.all([poller.promise(), poller.promise(), poller.pollUntilDone()]));
    await advance(1000);
    expect(all.value).toBeDefined();
    expect(types).toEqual(['poll', 'poll', 'done']);
  });

  it('that throws changes nothing', async () => {
    const answers = (): ScriptedResponse[] => [
      running,
      failure(Code.UNAVAILABLE),
      { ...running, retryAfterMs: 3000 },
      running,
      succeeded,
    ];
    const plain = createPoller(answers());
    const throwing = createPoller(answers(), {
      polling: {
        onEvent: () => {
          throw new Error('the log is full');
        },
      },
    });
    const all = track(Promise.all([plain.poller.promise(), throwing.poller.promise()]));
    await advance(20_000);
    expect(all.value).toHaveLength(2);
    expect(throwing.transport.times).toEqual(plain.transport.times);

    const { poller, emulator } = createEmulatedPoller({
      durationMs: 3500,
      latencyMs: 50,
      polling: {
        backoff: constantBackoff(1000),
        onEvent: () => {
          throw new Error('the log is full');
        },
      },
    });
    emulator.injectFault({ method: 'waitOperation', status: { code: Code.UNAVAILABLE } });
    const seen = track(poller.promise());
    await advance(5000);
    expect(seen.value).toBeDefined();
  });

  it('of a poller replaces the one of its client', async () => {
    const heard: string[] = [];
    const { client } = createPoller([succeeded], { polling: { onEvent: () => heard.push('client') } });
    await client.poller(name, undefined, { onEvent: () => heard.push('poller') }).promise();
    expect(heard).toEqual(['poller', 'poller']);
    await client.poller(name).promise();
    expect(heard).toEqual(['poller', 'poller', 'client', 'client']);
  });

  it('is optional', async () => {
    const { client, poller } = createPoller([running, failure(Code.UNAVAILABLE), succeeded]);
    const all = track(
      Promise.all([poller.promise(), client.poller(name, undefined, { onEvent: undefined }).promise()]),
    );
    await advance(3000);
    expect(all.value).toHaveLength(2);
  });
});
