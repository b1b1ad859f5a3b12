import { describe, expect, it } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  RequestError,
  type OperationsClientOptions,
  type PollingEvent,
  type PollingListener,
  type RawOperation,
} from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { failure, name, running, ScriptedTransport, succeeded, type Answer } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty' };

function polled(answers: Answer[], onEvent?: PollingListener, latencyMs = 0) {
  const transport = new ScriptedTransport(answers, latencyMs);
  const polling = { backoff: constantBackoff(1000), onEvent };
  const client = new OperationsClient({ transport, polling });
  return { transport, client, poller: client.poller(name) };
}

function waited(durationMs: number, options: Partial<OperationsClientOptions> = {}) {
  const emulator = new OperationsEmulator({ latencyMs: 50 });
  const events: PollingEvent[] = [];
  const onEvent = (event: PollingEvent): void => void events.push(event);
  const client = new OperationsClient({
    transport: emulator.transport(),
    polling: { backoff: constantBackoff(1000), onEvent },
    ...options,
  });
  const raw = emulator.start({ durationMs, response });
  return { emulator, events, raw, poller: client.poller(raw.name) };
}

describe('onEvent', () => {
  it('hears of polls, retries, hints and the end, each with its figures', async () => {
    const events: PollingEvent[] = [];
    const answers = [
      running,
      { ...running, retryAfterMs: 5000 },
      failure(Code.UNAVAILABLE),
      failure(Code.INTERNAL, { retryAfterMs: 3000 }),
      succeeded,
    ];
    const { poller } = polled(answers, (event) => events.push(event), 40);
    const seen = track(poller.promise());
    await advance(12_000);
    expect(seen.value).toBeDefined();
    expect(events).toEqual([
      { type: 'poll', name, done: false, tookMs: 40, ageMs: 40 },
      { type: 'poll', name, done: false, tookMs: 40, ageMs: 1040 },
      { type: 'retry-after', name, delayMs: 5000 },
      { type: 'retry', name, error: expect.any(RequestError), attempt: 1, delayMs: 500 },
      { type: 'retry', name, error: expect.any(RequestError), attempt: 2, delayMs: 3000 },
      { type: 'poll', name, done: true, tookMs: 40, ageMs: 9660 },
      { type: 'done', name, result: 'response', polls: 3 },
    ]);
    const errors = events.map((event) => (event.type === 'retry' ? event.error.rpcCode : undefined));
    expect(errors.filter((code) => code !== undefined)).toEqual([Code.UNAVAILABLE, Code.INTERNAL]);
  });

  it('says the age that a resumed operation has', async () => {
    const events: PollingEvent[] = [];
    const { client } = polled([succeeded], (event) => events.push(event));
    await client.resume({ version: 1, name, startedAtMs: Date.now() - 7_200_000 }).promise();
    expect(events[0]).toMatchObject({ type: 'poll', ageMs: 7_200_000 });
  });

  it('says how long a poll took, and what it is told of the bounds of a hint', async () => {
    const events: PollingEvent[] = [];
    const { poller } = polled([{ ...running, retryAfterMs: 1e15 }, succeeded], (event) => events.push(event));
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

  it('says nothing of a hint that asks for no more than the cadence, nor of one that is nonsense', async () => {
    const types: string[] = [];
    const answers = [NaN, -1, 0, 10, 1000].map((retryAfterMs): RawOperation => ({ ...running, retryAfterMs }));
    const { poller } = polled([...answers, succeeded], ({ type }) => types.push(type));
    const seen = track(poller.promise());
    await advance(5000);
    expect(seen.value).toBeDefined();
    expect(types).toEqual([...Array<string>(6).fill('poll'), 'done']);
  });

  it('hears of a wait at the server', async () => {
    const { poller, events, raw } = waited(90_000);
    const seen = track(poller.promise());
    await advance(90_100);
    expect(seen.value).toBeDefined();
    expect(events).toEqual([
      { type: 'wait', name: raw.name, done: false, tookMs: 60_050, ageMs: 60_050 },
      { type: 'wait', name: raw.name, done: true, tookMs: expect.any(Number), ageMs: expect.any(Number) },
      { type: 'done', name: raw.name, result: 'response', polls: 2 },
    ]);
  });

  it('hears that a wait failed, and whether that is remembered', async () => {
    for (const [code, disabled] of [
      [Code.UNAVAILABLE, false],
      [Code.UNIMPLEMENTED, true],
    ] as const) {
      const { poller, events, emulator, raw } = waited(2500);
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

  it('hears of the end of an operation that failed, and of one whose end came by update() or poll()', async () => {
    const failed: RawOperation = { name, done: true, error: { code: Code.ABORTED, message: '', details: [] } };
    for (const learn of ['promise', 'poll', 'update'] as const) {
      const events: PollingEvent[] = [];
      const { poller } = polled([failed], (event) => events.push(event));
      if (learn === 'update') poller.applyUpdate(failed);
      else if (learn === 'poll') await poller.poll();
      else await poller.pollUntilDone();
      expect(events.at(-1)).toEqual({ type: 'done', name, result: 'error', polls: learn === 'update' ? 0 : 1 });
      expect(events).toHaveLength(learn === 'promise' ? 2 : 1);
    }
  });

  it('is told once, however many wait', async () => {
    const types: string[] = [];
    const { poller } = polled([running, succeeded], ({ type }) => types.push(type));
    const all = track(Promise.all([poller.promise(), poller.promise(), poller.pollUntilDone()]));
    await advance(1000);
    expect(all.value).toBeDefined();
    expect(types).toEqual(['poll', 'poll', 'done']);
  });

  it('that throws changes nothing', async () => {
    const answers = (): Answer[] => [
      running,
      failure(Code.UNAVAILABLE),
      { ...running, retryAfterMs: 3000 },
      running,
      succeeded,
    ];
    const plain = polled(answers());
    const throwing = polled(answers(), () => {
      throw new Error('the log is full');
    });
    const all = track(Promise.all([plain.poller.promise(), throwing.poller.promise()]));
    await advance(20_000);
    expect(all.value).toHaveLength(2);
    expect(throwing.transport.times).toEqual(plain.transport.times);

    const { poller, emulator } = waited(3500, {
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

  it('of a poller takes the place of the one of its client', async () => {
    const heard: string[] = [];
    const { client } = polled([succeeded], () => heard.push('client'));
    await client.poller(name, undefined, { onEvent: () => heard.push('poller') }).promise();
    expect(heard).toEqual(['poller', 'poller']);
    await client.poller(name).promise();
    expect(heard).toEqual(['poller', 'poller', 'client', 'client']);
  });

  it('is not needed: an absent one is not called', async () => {
    const { client, poller } = polled([running, failure(Code.UNAVAILABLE), succeeded]);
    const all = track(
      Promise.all([poller.promise(), client.poller(name, undefined, { onEvent: undefined }).promise()]),
    );
    await advance(3000);
    expect(all.value).toHaveLength(2);
  });
});
