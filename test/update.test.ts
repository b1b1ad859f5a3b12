import { describe, expect, it } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  type LROPoller,
  type PollingOptions,
  type RawOperation,
} from '../src/index.js';
import { OperationsEmulator } from '../src/testing/index.js';
import { parseOperation } from '../src/wire/index.js';
import { createPoller, type Thing } from './support/create-poller.js';
import { failure, json, name, running, succeeded } from './support/scripted.js';
import { useVirtualTime, track } from './support/virtual-time.js';

const advance = useVirtualTime();

const updatesOnly: PollingOptions = { serverWait: 'never', backoff: constantBackoff(Infinity) };
const failed: RawOperation = { name, done: true, error: { code: Code.ABORTED, message: 'as scripted', details: [] } };
const at = (progressPercent: number): RawOperation => ({ name, done: false, metadata: json({ progressPercent }) });

/** The states that an iteration yields, and how it ends. */
function collect(poller: LROPoller<Thing, Thing>) {
  const states: unknown[] = [];
  const ended = track(
    (async () => {
      for await (const state of poller) states.push(state.done ? state.result : state.metadata?.progressPercent);
    })(),
  );
  return { states, ended };
}

describe('applyUpdate() of a running operation', () => {
  it('returns the new state and notifies all waiters', async () => {
    const { poller, transport } = createPoller([], { polling: updatesOnly });
    const reported: unknown[] = [];
    const seen = track(poller.promise({ onProgress: ({ metadata }) => reported.push(metadata?.progressPercent) }));
    const { states } = collect(poller);
    await advance(0);
    for (const percent of [10, 40, 40, 70]) {
      expect(poller.applyUpdate(at(percent))).toMatchObject({ done: false, metadata: { progressPercent: percent } });
      await advance(1000);
    }
    expect(poller.operation).toMatchObject({ metadata: { progressPercent: 70 } });
    expect(reported).toEqual([10, 40, 70]);
    expect(states).toEqual([10, 40, 70]);
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(states).toEqual([10, 40, 70, 'response']);
    expect(transport.requests).toEqual([]);
  });

  it('keeps the state for later waiters', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(at(30));
    const { states } = collect(poller);
    await advance(0);
    expect(states).toEqual([30]);
    poller.applyUpdate(succeeded);
    await advance(0);
  });

  it('accepts a state without progress, and then a state with any progress', () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(at(50));
    poller.applyUpdate({ name, done: false, metadata: json({}) });
    expect(poller.applyUpdate(at(20))).toMatchObject({ metadata: { progressPercent: 20 } });
  });

  it('restarts the delay before the next poll', async () => {
    const { poller, transport } = createPoller([running, succeeded], { polling: { backoff: constantBackoff(10_000) } });
    const seen = track(poller.promise());
    await advance(8000);
    poller.applyUpdate(at(50));
    await advance(9999);
    expect(transport.times).toEqual([0]);
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });
});

describe('applyUpdate() of a completed operation', () => {
  it('settles all waiters at once, without a request', async () => {
    const { poller, transport } = createPoller([], { polling: updatesOnly });
    const waiters = [track(poller.promise()), track(poller.pollUntilDone()), track(poller.promise())];
    const { states, ended } = collect(poller);
    await advance(5000);
    expect(poller.applyUpdate(succeeded)).toMatchObject({ done: true, result: 'response', response: { ok: true } });
    await advance(0);
    for (const seen of waiters) expect(seen).toMatchObject({ value: expect.anything(), settledAtMs: 5000 });
    expect([states, ended.settledAtMs]).toEqual([['response'], 5000]);
    await expect(poller.promise()).resolves.toMatchObject({ ok: true });
    await expect(poller.poll()).resolves.toMatchObject({ done: true });
    expect(transport.requests).toEqual([]);
  });

  it('rejects promise() if the operation failed, and resolves pollUntilDone()', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    const [promised, polled] = [track(poller.promise()), track(poller.pollUntilDone())];
    expect(poller.applyUpdate(failed)).toMatchObject({ result: 'error', error: { code: Code.ABORTED } });
    await advance(0);
    expect(promised.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { code: Code.ABORTED } });
    expect(polled.value).toMatchObject({ result: 'error' });
  });

  it('cancels the request in flight', async () => {
    const { poller, transport } = createPoller(['hang'], { polling: { backoff: constantBackoff(1000) } });
    const seen = track(poller.promise());
    await advance(10);
    poller.applyUpdate(succeeded);
    expect(transport.requests[0]?.options.signal?.aborted).toBe(true);
    await advance(100_000);
    expect(seen).toMatchObject({ value: { ok: true }, settledAtMs: 10 });
    expect(transport.requests).toHaveLength(1);
  });

  it('cancels a server-side wait and a scheduled retry', async () => {
    const emulator = new OperationsEmulator();
    const raw = emulator.start({ durationMs: 60_000 });
    const poller = new OperationsClient({ transport: emulator.transport() }).poller(raw);
    const seen = track(poller.promise());
    await advance(10);
    expect(emulator.calls.map(({ method }) => method)).toEqual(['waitOperation']);
    poller.applyUpdate({ name: raw.name, done: true });
    await advance(0);
    expect(seen.settledAtMs).toBe(10);
    expect(emulator.calls[0]).toMatchObject({ aborted: true });

    const { poller: retrying, transport } = createPoller([failure(Code.UNAVAILABLE)], {
      polling: { backoff: constantBackoff(1000) },
    });
    const ended = track(retrying.promise());
    await advance(100);
    retrying.applyUpdate(succeeded);
    await advance(100_000);
    expect(ended.settledAtMs).toBe(100);
    expect(transport.requests).toHaveLength(1);
  });

  it('ignores later completed states, equal or different', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(succeeded);
    expect(poller.applyUpdate(succeeded)).toMatchObject({ result: 'response' });
    expect(poller.applyUpdate(failed)).toMatchObject({ result: 'response' });
    await expect(poller.promise()).resolves.toMatchObject({ ok: true });
  });

  it('settles later waits if there are no waiters yet', async () => {
    const { poller, transport } = createPoller([running], { polling: updatesOnly });
    poller.applyUpdate(succeeded);
    expect(poller.operation).toMatchObject({ done: true });
    await expect(poller.promise({ totalTimeoutMs: 0 })).resolves.toMatchObject({ ok: true });
    expect(collect(poller).states).toEqual([]);
    await advance(0);
    expect(transport.requests).toEqual([]);
  });

  it('throws the UnpackError of a response of another type, and rejects the waits with it', async () => {
    const other = { typeUrl: 'type.googleapis.com/test.Other', json: {} };
    const expected = { code: 'LRO_UNPACK_FAILED', expected: 'test.Thing', actual: 'test.Other' };
    const { poller } = createPoller([], { polling: updatesOnly });
    const seen = track(poller.promise());
    for (let i = 0; i < 2; i++) {
      expect(() => poller.applyUpdate({ name, done: true, response: other })).toThrow(
        expect.objectContaining(expected),
      );
    }
    await advance(0);
    expect(seen.error).toMatchObject(expected);
    await expect(poller.promise()).rejects.toMatchObject(expected);
  });

  it('accepts a completed state whose progress is lower than before', () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(at(90));
    expect(poller.applyUpdate({ ...succeeded, metadata: json({ progressPercent: 10 }) })).toMatchObject({ done: true });
  });
});

describe('applyUpdate() rejects, and changes nothing:', () => {
  async function expectRejection(
    poller: LROPoller<Thing, Thing>,
    raw: unknown,
    error: { name?: string; message?: string; code?: string },
  ): Promise<void> {
    const before = poller.operation;
    const { states } = collect(poller);
    await advance(0);
    const reported = states.length;
    expect(() => poller.applyUpdate(raw as RawOperation)).toThrow(expect.objectContaining(error));
    await advance(1000);
    expect(poller.operation).toBe(before);
    expect(states).toHaveLength(reported);
    if (!before?.done) poller.applyUpdate(succeeded);
    await advance(0);
  }

  it.each([
    ['running', { name: 'operations/2', done: false, metadata: json({ progressPercent: 99 }) }],
    ['done', { ...succeeded, name: 'operations/2' }],
    ['done, of another type', { name: 'operations/2', done: true, response: { typeUrl: 'x/test.Other', json: {} } }],
  ])('another operation, %s', async (_, raw) => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(at(10));
    await expectRejection(poller, raw, {
      name: 'TypeError',
      message: "Cannot update as 'name' must be operations/1: current value is operations/2",
    });
  });

  it('another operation after completion', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(succeeded);
    await expectRejection(poller, { ...succeeded, name: 'operations/2' }, { name: 'TypeError' });
  });

  it('a running state after completion', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(succeeded);
    await expectRejection(poller, at(100), {
      name: 'RangeError',
      message: 'Cannot update as the operation is known to be done',
    });
    await expect(poller.promise()).resolves.toMatchObject({ ok: true });
  });

  it('a state with less progress', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    poller.applyUpdate(at(50));
    await expectRejection(poller, at(49), {
      name: 'RangeError',
      message: 'Cannot update as the operation is known to be further',
    });
  });

  it('a state with less progress according to readProgress', async () => {
    const progress = (metadata: unknown): number => (metadata as { pages: number }).pages / 10;
    const { poller } = createPoller([], { polling: { ...updatesOnly, readProgress: progress } });
    const pages = (count: number): RawOperation => ({ name, done: false, metadata: json({ pages: count }) });
    poller.applyUpdate(pages(5));
    await expectRejection(poller, pages(4), { name: 'RangeError' });
  });

  it.each([null, undefined, 42, 'operations/1', { name: 7, done: true }])(
    'a value that is not an operation: %j',
    async (raw) => {
      const { poller } = createPoller([], { polling: updatesOnly });
      poller.applyUpdate(at(10));
      await expectRejection(poller, raw, { code: 'LRO_MALFORMED_OPERATION' });
    },
  );
});

describe('applyUpdate() and names', () => {
  it('accepts the name that the server uses after a response contained it', async () => {
    const served = 'projects/42/operations/1';
    const { poller } = createPoller([{ ...running, name: served }], {
      polling: { serverWait: 'never', backoff: constantBackoff(1000) },
    });
    expect(() => poller.applyUpdate({ ...running, name: served })).toThrow(TypeError);
    await poller.poll();
    expect(poller.applyUpdate({ ...at(50), name: served })).toMatchObject({ name: served });
    expect(poller.applyUpdate({ ...succeeded, name })).toMatchObject({ done: true });
    expect(poller.name).toBe(name);
  });

  it('accepts a state without a name', () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    expect(poller.applyUpdate({ ...succeeded, name: '' })).toMatchObject({ name, done: true });
  });
});

describe('a backoff of Infinity', () => {
  it('sends no request, not even the first, and keeps waiting', async () => {
    const { poller, transport } = createPoller([succeeded], { polling: updatesOnly });
    const seen = track(poller.promise());
    await advance(30 * 86_400_000);
    expect(seen).toEqual({});
    poller.applyUpdate(at(50));
    await advance(30 * 86_400_000);
    expect(transport.requests).toEqual([]);
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests).toEqual([]);
  });

  it('sends no final poll before a deadline', async () => {
    const { poller, transport } = createPoller([succeeded], { polling: updatesOnly });
    const seen = track(poller.promise({ totalTimeoutMs: 5000 }));
    await advance(2000);
    poller.applyUpdate(at(50));
    await advance(3000);
    expect(seen).toMatchObject({
      error: { code: 'LRO_POLLING_TIMEOUT', polls: 0, operation: { metadata: { progressPercent: 50 } } },
      settledAtMs: 5000,
    });
    expect(transport.requests).toEqual([]);
  });

  it('can be aborted, and leaves no timer', async () => {
    const { poller } = createPoller([], { polling: updatesOnly });
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(1000);
    controller.abort('enough');
    await advance(0);
    expect(seen).toEqual({ error: 'enough', settledAtMs: 1000 });
  });

  it('allows poll() and cancel() to send requests', async () => {
    const { poller, transport } = createPoller([at(10), succeeded], { polling: updatesOnly });
    const seen = track(poller.promise());
    await poller.poll();
    await poller.cancel();
    await advance(100_000);
    expect(seen).toEqual({});
    await poller.poll();
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests.map(({ method }) => method)).toEqual(['GetOperation', 'CancelOperation', 'GetOperation']);
  });
});

it('slow polling compensates for a lost update', async () => {
  const { poller, transport } = createPoller([at(10), at(60), succeeded], {
    polling: {
      serverWait: 'never',
      backoff: constantBackoff(600_000),
    },
  });
  const { states, ended } = collect(poller);
  await advance(300_000);
  poller.applyUpdate(at(30));
  await advance(600_000);
  expect(states).toEqual([10, 30, 60]);
  await advance(600_000);
  expect(states).toEqual([10, 30, 60, 'response']);
  expect(ended.settledAtMs).toBe(1_500_000);
  expect(transport.requests).toHaveLength(3);
});

it('accepts an operation of parseOperation()', async () => {
  const { poller, transport } = createPoller([], { polling: updatesOnly });
  const seen = track(poller.promise());
  const message = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  poller.applyUpdate(parseOperation(message({ name, metadata: { '@type': 'x/test.Thing', progressPercent: 40 } })));
  expect(poller.operation?.metadata?.progressPercent).toBe(40);
  poller.applyUpdate(parseOperation(message({ name, done: true, response: { '@type': 'x/test.Thing', ok: true } })));
  await advance(0);
  expect(seen.value).toMatchObject({ ok: true });
  expect(transport.requests).toEqual([]);
});
