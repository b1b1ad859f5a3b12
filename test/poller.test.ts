import { describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import {
  Code,
  constantBackoff,
  isLROError,
  jsonType,
  operationInfo,
  OperationsClient,
  type LROPoller,
  type PollingOptions,
  type RawOperation,
} from '../src/index.js';
import { at, failure, json, name, running, ScriptedTransport, succeeded, type Answer } from './support/scripted.js';
import { useVirtualTime, track } from './support/virtual-time.js';

interface Thing {
  ok?: boolean;
  percent?: number;
}
const info = operationInfo({ response: jsonType<Thing>('test.Thing'), metadata: jsonType<Thing>('test.Thing') });
const secondly: PollingOptions = { backoff: constantBackoff(1000) };

function make(answers: Answer[], from: string | RawOperation = name, options: PollingOptions = secondly) {
  const transport = new ScriptedTransport(answers);
  const client = new OperationsClient({ transport });
  return { transport, client, poller: client.poller(from, info, options) };
}

const advance = useVirtualTime();

describe('promise()', () => {
  it('polls at once when only the name is known, then at the cadence, and resolves with the response', async () => {
    const { transport, poller } = make([at(1), at(2), succeeded]);
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.value).toEqual({ '@type': 'type.googleapis.com/test.Thing', ok: true });
    expect(transport.times).toEqual([0, 1000, 2000]);
    expect(poller.operation).toMatchObject({ done: true, result: 'response' });
  });

  it('asks nothing before someone waits', async () => {
    const { transport } = make([succeeded]);
    await advance(10_000);
    expect(transport.requests).toEqual([]);
  });

  it('does not poll at once an operation that has just been started', async () => {
    const { transport, poller } = make([succeeded], at(0));
    const seen = track(poller.promise());
    await advance(999);
    expect(transport.times).toEqual([]);
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('never asks about an operation that arrived done, whatever its name', async () => {
    for (const arrived of [succeeded, { ...succeeded, name: '' }]) {
      const { transport, poller } = make([running], arrived);
      await expect(poller.promise()).resolves.toMatchObject({ ok: true });
      await expect(poller.poll()).resolves.toMatchObject({ done: true });
      expect(transport.requests).toEqual([]);
    }
  });

  it('takes nothing but done === true for completion', async () => {
    const early = { ...running, response: succeeded.response };
    const { poller } = make([early, early, succeeded]);
    const seen = track(poller.promise());
    await advance(1999);
    expect(seen).toEqual({});
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('resolves with the default instance when the operation has neither response nor error', async () => {
    const { poller } = make([{ name, done: true }]);
    await expect(poller.promise()).resolves.toEqual({});
  });

  it('rejects with the status, its details and the last metadata when the operation failed', async () => {
    const detail = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'NO_LUCK',
      domain: 'test',
      metadata: {},
    } as const;
    const error = { code: Code.FAILED_PRECONDITION, message: 'no luck', details: [detail] };
    const { poller } = make([{ name, done: true, metadata: json({ percent: 77 }), error }]);
    await expect(poller.promise()).rejects.toMatchObject({
      code: 'LRO_OPERATION_FAILED',
      operationName: name,
      status: error,
      errorInfo: detail,
      metadata: { percent: 77 },
      cancelled: false,
    });
  });

  it('answers at once and without a request once the operation is done, however often it is asked', async () => {
    const { transport, poller } = make([succeeded]);
    await poller.promise();
    await expect(poller.promise()).resolves.toMatchObject({ ok: true });
    await expect(poller.pollUntilDone()).resolves.toMatchObject({ result: 'response' });
    await expect(poller.poll()).resolves.toMatchObject({ result: 'response' });
    expect(transport.requests).toHaveLength(1);
  });

  it('rejects with an UnpackError that names both types, again and again', async () => {
    const other = { typeUrl: 'type.googleapis.com/test.Other', json: {} };
    const { transport, poller } = make([{ name, done: true, response: other }]);
    const expected = { code: 'LRO_UNPACK_FAILED', expected: 'test.Thing', actual: 'test.Other', any: other };
    await expect(poller.promise()).rejects.toMatchObject(expected);
    await expect(poller.pollUntilDone()).rejects.toMatchObject(expected);
    expect(transport.requests).toHaveLength(1);
  });

  it('goes on when metadata cannot be unpacked, and says why', async () => {
    const other = { typeUrl: 'type.googleapis.com/test.Other', json: {} };
    const { poller } = make([{ ...running, metadata: other }, succeeded]);
    const seen = track(poller.promise());
    await advance(0);
    expect(poller.operation).toMatchObject({ metadata: undefined, metadataError: { actual: 'test.Other' } });
    await advance(1000);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('goes on through transient failures, and rejects with a RequestError at once on a permanent one', async () => {
    const { transport, poller } = make([failure(Code.UNAVAILABLE), running, failure(Code.INTERNAL), succeeded]);
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.value).toMatchObject({ ok: true });
    // Retries come on their own clock (500 ms, no jitter here) and do not stretch the cadence after them.
    expect(transport.times).toEqual([0, 500, 1500, 2000]);

    const { poller: denied } = make([failure(Code.PERMISSION_DENIED)]);
    await expect(denied.promise()).rejects.toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: 7, attempts: 1 });
  });

  it('gives up when there was no good answer for ten minutes, with the last cause', async () => {
    const { poller } = make([running, failure(Code.UNAVAILABLE)]);
    const seen = track(poller.promise());
    await advance(600_000);
    expect(seen).toEqual({});
    await advance(1000);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNAVAILABLE });
    expect(seen.settledAtMs).toBe(601_000);
  });

  it('can be called again after a failed request, no sooner than the next poll is due', async () => {
    const { transport, poller } = make([failure(Code.PERMISSION_DENIED), succeeded]);
    await expect(poller.promise()).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
    const seen = track(poller.promise());
    await advance(999);
    expect(transport.requests).toHaveLength(1);
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('rejects when the answer is no operation', async () => {
    const { poller } = make([null as never]);
    await expect(poller.promise()).rejects.toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: name });
    await expect(poller.poll()).rejects.toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
  });

  it('keeps the asked name when answers have another or none', async () => {
    const { transport, poller } = make([
      { ...running, name: 'projects/42/operations/1' },
      { ...at(1), name: '' },
      succeeded,
    ]);
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests.map(({ request }) => request.name)).toEqual([name, name, name]);
  });

  it('rejects when the backoff gives no delay, and keeps nothing running', async () => {
    const message = "Cannot poll as 'backoff()' must be a number of at least 0: current value is NaN";
    expect(() => make([running], name, { backoff: () => NaN })).toThrow(new RangeError(message));
    expect(() => make([running], name, { backoff: () => undefined as never })).toThrow(TypeError);
    const { poller } = make([running], name, { backoff: ({ ageMs }) => (ageMs > 0 ? NaN : 1000) });
    const seen = track(poller.promise());
    await advance(1000);
    expect(seen.error).toMatchObject({ message });
  });

  it('rejects if an option is invalid', async () => {
    const { poller } = make([running]);
    await expect(poller.promise({ totalTimeoutMs: NaN })).rejects.toThrow(
      new RangeError("Cannot wait as 'totalTimeoutMs' must be a number: current value is NaN"),
    );
    await expect(poller.promise({ totalTimeoutMs: '5' as never })).rejects.toThrow(TypeError);
    await expect(poller.promise({ signal: {} as never })).rejects.toThrow("Cannot wait as 'signal' must be");
  });
});

describe('a backoff of nothing', () => {
  it.each([0, 1])(
    'of %d ms leaves the program to its other work, though every answer comes at once',
    async (delayMs) => {
      let [done, polls] = [false, 0];
      const transport = new ScriptedTransport([]);
      transport.getOperation = ({ name }) => {
        if (++polls > 10_000) throw new Error('nobody else gets a turn');
        return Promise.resolve({ name, done });
      };
      const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(delayMs) } });
      setTimeout(() => (done = true), 20);
      const settled = client.poller(name).promise();
      await advance(30);
      await settled;
      expect(polls).toBeGreaterThan(2);
      expect(polls).toBeLessThan(100);
    },
  );
});

describe('pollUntilDone()', () => {
  it('gives an operation that failed as a value', async () => {
    const { poller } = make([{ name, done: true, error: { code: Code.NOT_FOUND, message: 'gone', details: [] } }]);
    const done = await poller.pollUntilDone();
    expect(done.result === 'error' && done.error.message).toBe('gone');
  });
});

describe('poll()', () => {
  it('asks once, does not wait, and lets all who wait know', async () => {
    const { transport, poller } = make([at(1), at(2), succeeded]);
    const seen = track(poller.promise());
    await advance(0);
    await expect(poller.poll()).resolves.toMatchObject({ done: false, metadata: { percent: 2 } });
    await expect(poller.poll()).resolves.toMatchObject({ done: true });
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests).toHaveLength(3);
  });

  it('ends the request that the loop has in flight once it has seen the end', async () => {
    const { transport, poller } = make(['hang', succeeded]);
    const seen = track(poller.promise());
    await advance(10);
    await poller.poll();
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests[0]?.options.signal?.aborted).toBe(true);
  });
});

describe('many waiters', () => {
  it('share one loop, each with its own signal and limit', async () => {
    const { transport, poller } = make([running, running, running, succeeded]);
    const controller = new AbortController();
    const aborted = track(poller.promise({ signal: controller.signal }));
    const limited = track(poller.promise({ totalTimeoutMs: 1500 }));
    const patient = track(poller.promise());
    await advance(500);
    controller.abort('enough');
    await advance(1000);
    expect(aborted).toMatchObject({ error: 'enough', settledAtMs: 500 });
    expect(limited).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 1500 });
    await advance(2000);
    expect(patient.value).toMatchObject({ ok: true });
    expect(transport.requests.length).toBeLessThanOrEqual(5);
  });

  it('have one request in flight between them, which goes on while one of them is left', async () => {
    const { transport, poller } = make(['hang', succeeded]);
    const [a, b] = [new AbortController(), new AbortController()];
    const first = track(poller.promise({ signal: a.signal }));
    const second = track(poller.promise({ signal: b.signal }));
    await advance(10);
    expect(transport.requests).toHaveLength(1);
    const sent = transport.requests[0]!.options.signal!;
    a.abort(new Error('a'));
    expect(sent.aborted).toBe(false);
    b.abort(new Error('b'));
    expect(sent.aborted).toBe(true);
    await advance(0);
    expect(first.error).toMatchObject({ message: 'a' });
    expect(second.error).toMatchObject({ message: 'b' });
  });

  it('all reject when the loop fails, and 20 of them warn of nothing', async () => {
    const { poller } = make([failure(Code.NOT_FOUND)]);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => poller.promise()));
    expect(all.every((one) => one.status === 'rejected')).toBe(true);
  });
});

describe('a limit', () => {
  it('is kept to the millisecond, says that the operation goes on, and hands out a token', async () => {
    const { poller } = make([at(1)]);
    const seen = track(poller.promise({ totalTimeoutMs: 5_500 }));
    await advance(6000);
    expect(seen.settledAtMs).toBe(5500);
    expect(seen.error).toMatchObject({
      code: 'LRO_POLLING_TIMEOUT',
      elapsedMs: 5500,
      operation: { done: false, metadata: { percent: 1 } },
      token: { version: 1, name },
    });
    expect(String(seen.error)).toContain('it is still running');
  });

  it('is not overslept: a long sleep is cut, and a last poll comes just before the end', async () => {
    const slow: PollingOptions = { backoff: constantBackoff(60_000) };
    const { transport, poller } = make([running, succeeded], name, slow);
    const seen = track(poller.promise({ totalTimeoutMs: 10_000 }));
    await advance(10_000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toHaveLength(2);
    expect(transport.times[1]).toBeGreaterThan(8900);
    expect(transport.times[1]).toBeLessThan(10_000);
  });

  it('is not the DEADLINE_EXCEEDED of an operation', async () => {
    const error = { code: Code.DEADLINE_EXCEEDED, message: 'too slow', details: [] };
    const { poller } = make([{ name, done: true, error }]);
    await expect(poller.promise({ totalTimeoutMs: 5 })).rejects.toMatchObject({ code: 'LRO_OPERATION_FAILED' });
  });

  it('holds against a server that hangs and one that fails without end', async () => {
    for (const answer of [
      'hang' as const,
      failure(Code.UNAVAILABLE),
      failure(Code.UNAVAILABLE, { retryAfterMs: 1e12 }),
    ]) {
      const { poller } = make([answer]);
      const seen = track(poller.promise({ totalTimeoutMs: 3000 }));
      await advance(3000);
      expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 3000 });
    }
  });

  it('beyond 2^31 ms does not spin', async () => {
    const { transport, poller } = make([running, succeeded], name, { backoff: constantBackoff(2 ** 31 + 5000) });
    const seen = track(poller.promise({ totalTimeoutMs: 2 ** 32 }));
    await advance(2 ** 31 + 4000);
    expect(transport.times).toEqual([0]);
    await advance(1000);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('leaves the poller fit for another wait, which asks no sooner than the next poll is due', async () => {
    const { transport, poller } = make([running, succeeded], name, { backoff: constantBackoff(10_000) });
    await advance(0);
    const first = track(poller.promise({ totalTimeoutMs: 30 }));
    await advance(30);
    expect(first.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    const second = track(poller.promise());
    await advance(9_900);
    expect(transport.times).toEqual([0]);
    await advance(100);
    expect(second.value).toMatchObject({ ok: true });
  });

  it('that is short, one after another, does not become a cadence', async () => {
    const { transport, poller } = make([running], name, { backoff: constantBackoff(60_000) });
    for (let i = 0; i < 100; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 100 }));
      await advance(100);
      expect(isLROError(seen.error)).toBe(true);
    }
    expect(transport.times.length).toBeLessThanOrEqual(11);
  });

  it('that is shorter than a round trip, one after another, does not ask more often: polls given up count', async () => {
    const { transport, poller } = make([running], name, { backoff: constantBackoff(60_000) });
    transport.latencyMs = 50;
    for (let i = 0; i < 1000; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 60 }));
      await advance(61);
      expect(isLROError(seen.error)).toBe(true);
    }
    const gaps = transport.times.map((atMs, i) => atMs - (transport.times[i - 1] ?? -1000));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
  });
});

describe('abort', () => {
  const phases: [phase: string, answers: Answer[], atMs: number][] = [
    ['before the first call', [running], -1],
    ['in flight', ['hang'], 10],
    ['asleep', [running], 500],
    ['between retries', [failure(Code.UNAVAILABLE)], 100],
  ];
  const reasons: [kind: string, reason: unknown][] = [
    ['a string', 'stop'],
    ['an Error', new Error('stop')],
    ['the default', undefined],
  ];
  for (const [phase, answers, atMs] of phases) {
    for (const [kind, reason] of reasons) {
      it(`${phase} rejects at once with the very reason: ${kind}`, async () => {
        const { transport, poller } = make(answers);
        const controller = new AbortController();
        if (atMs < 0) controller.abort(reason);
        const remove = jest.spyOn(controller.signal, 'removeEventListener');
        const add = jest.spyOn(controller.signal, 'addEventListener');
        const seen = track(poller.promise({ signal: controller.signal }));
        await advance(Math.max(atMs, 0));
        controller.abort(reason);
        await advance(0);
        expect(seen.settledAtMs).toBe(Math.max(atMs, 0));
        expect(seen.error).toBe(controller.signal.reason);
        const sent = transport.requests.length;
        expect(sent).toBe(atMs < 0 ? 0 : 1);
        await advance(100_000);
        expect(transport.requests).toHaveLength(sent);
        for (const [, listener] of add.mock.calls) expect(remove.mock.calls.map(([, one]) => one)).toContain(listener);
        expect(jest.getTimerCount()).toBe(0);
      });
    }

    it(`${phase} rejects with an AbortError when a polyfill's signal has no reason`, async () => {
      const { poller } = make(answers);
      const controller = new PolyfillController();
      if (atMs < 0) controller.abort();
      const seen = track(poller.promise({ signal: controller.signal }));
      await advance(Math.max(atMs, 0));
      controller.abort();
      await advance(0);
      expect(seen).toMatchObject({ settledAtMs: Math.max(atMs, 0), error: { name: 'AbortError' } });
    });
  }

  it('does not spend the poller: a new wait starts, no sooner than the next poll is due', async () => {
    for (const first of ['hang' as const, running]) {
      const { transport, poller } = make([first, succeeded]);
      const controller = new AbortController();
      const aborted = track(poller.promise({ signal: controller.signal }));
      await advance(100);
      controller.abort();
      const again = track(poller.promise());
      await advance(899);
      expect(transport.requests).toHaveLength(1);
      await advance(1);
      expect(aborted.error).toMatchObject({ name: 'AbortError' });
      expect(again.value).toMatchObject({ ok: true });
    }
  });

  it('of an already aborted signal wins even when the operation is done', async () => {
    const { poller } = make([], succeeded);
    await expect(poller.promise({ signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });
});

describe('cancel()', () => {
  const cancelled: RawOperation = { name, done: true, error: { code: Code.CANCELLED, message: '', details: [] } };

  it('does not reject those who wait: they get what the server says in the end', async () => {
    for (const [outcome, expected] of [
      [cancelled, { error: { code: 'LRO_OPERATION_FAILED', cancelled: true } }],
      [succeeded, { value: { ok: true } }],
    ] as const) {
      const { transport, poller } = make([running, running, outcome]);
      const seen = track(poller.promise());
      await advance(100);
      await poller.cancel();
      await advance(0);
      expect(seen).toEqual({});
      await advance(3000);
      expect(seen).toMatchObject(expected);
      expect(transport.requests.map(({ method }) => method)).toContain('CancelOperation');
    }
  });

  it('with a request in flight leaves it alone', async () => {
    const { transport, poller } = make([succeeded]);
    transport.latencyMs = 300;
    const seen = track(poller.promise());
    await advance(100);
    await poller.cancel();
    await advance(200);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('begins the cadence anew, so that the outcome of a two-hour operation is seen soon', async () => {
    const transport = new ScriptedTransport([running]);
    const client = new OperationsClient({ transport });
    const token = { version: 1, name, startedAtMs: Date.now() - 7_200_000 } as const;
    const poller = client.resume(token, info);
    const seen = track(poller.promise());
    await advance(1000);
    expect(transport.times).toEqual([0]);
    await poller.cancel();
    transport.answers = [cancelled];
    await advance(1600);
    expect(seen.error).toMatchObject({ cancelled: true });
  });
});

describe('updates()', () => {
  async function collect(poller: LROPoller<Thing, Thing>): Promise<unknown[]> {
    const seen: unknown[] = [];
    for await (const operation of poller) seen.push(operation.done ? operation.result : operation.metadata?.percent);
    return seen;
  }

  it('yields the known state, each change once, and the completed one last', async () => {
    const { poller } = make([at(1), at(1), at(2), at(2), succeeded], at(0));
    const seen = track(collect(poller));
    await advance(5000);
    expect(seen.value).toEqual([0, 1, 2, 'response']);
  });

  it('yields an operation that failed as a value', async () => {
    const { poller } = make([{ name, done: true, error: { code: Code.ABORTED, message: '', details: [] } }]);
    const seen = track(collect(poller));
    await advance(0);
    expect(seen.value).toEqual(['error']);
  });

  it('holds only the newest state for a slow consumer, and never drops the end', async () => {
    const { poller } = make([at(1), at(2), at(3), at(4), succeeded]);
    const iterator = poller[Symbol.asyncIterator]();
    const first = track(iterator.next());
    await advance(3000);
    expect(first.value).toMatchObject({ value: { metadata: { percent: 1 } } });
    await expect(iterator.next()).resolves.toMatchObject({ value: { metadata: { percent: 4 } } });
    await advance(1000);
    await expect(iterator.next()).resolves.toMatchObject({ value: { done: true } });
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('stops the loop when the consumer leaves, even while it waits for the next', async () => {
    const { transport, poller } = make([at(1)]);
    const iterator = poller[Symbol.asyncIterator]();
    await expect(iterator.next()).resolves.toMatchObject({ done: false });
    const next = track(iterator.next());
    await advance(10);
    await iterator.return?.();
    await advance(10_000);
    expect(next.value).toEqual({ done: true, value: undefined });
    expect(transport.requests).toHaveLength(1);
  });

  it('rejects with the reason at once, before a state it still holds', async () => {
    const { poller } = make([at(1), at(2)]);
    const controller = new AbortController();
    const iterator = poller.updates({ signal: controller.signal })[Symbol.asyncIterator]();
    await iterator.next();
    await advance(1000);
    controller.abort('stop');
    await expect(iterator.next()).rejects.toBe('stop');
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('serves several next() in their order', async () => {
    const { poller } = make([at(1), at(2), succeeded]);
    const iterator = poller[Symbol.asyncIterator]();
    const all = track(Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]));
    await advance(2000);
    const states = all.value?.map((step) =>
      step.done ? undefined : (step.value.metadata?.percent ?? step.value.done),
    );
    expect(states).toEqual([1, 2, true, undefined]);
  });
});

describe('onProgress', () => {
  it('hears each change once, the completed state last', async () => {
    const { poller } = make([at(1), at(1), at(2), succeeded], at(0));
    const heard: unknown[] = [];
    const seen = track(poller.promise({ onProgress: (op) => heard.push(op.done || op.metadata?.percent) }));
    await advance(4000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(heard).toEqual([0, 1, 2, true]);
  });

  it('that throws ends its own wait with what it threw, and no other', async () => {
    const { poller } = make([at(1), succeeded]);
    const bad = track(
      poller.promise({
        onProgress() {
          throw new Error('bar is gone');
        },
      }),
    );
    const good = track(poller.promise());
    await advance(1000);
    expect(bad.error).toMatchObject({ message: 'bar is gone' });
    expect(good.value).toMatchObject({ ok: true });
  });
});

describe('toJSON()', () => {
  it('makes a token that resumes the wait with the age it had', async () => {
    const { poller, client } = make([running], name, {});
    await advance(3_600_000);
    const token: unknown = JSON.parse(JSON.stringify(poller));
    expect(Object.keys(token as object).sort()).toEqual([
      'metadataType',
      'name',
      'responseType',
      'startedAtMs',
      'version',
    ]);
    const transport = new ScriptedTransport([running]);
    const resumed = new OperationsClient({ transport }).resume(token as never, info);
    const controller = new AbortController();
    const seen = track(resumed.promise({ signal: controller.signal }));
    await advance(120_000);
    // At once, then once a minute: not every half second.
    expect(transport.times).toEqual([0, 60_500]);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    await client.close();
  });

  it('makes the same token again from a resumed poller', () => {
    const { poller, client } = make([running]);
    const token = poller.toJSON();
    expect(client.resume(token, info).toJSON()).toEqual(token);
  });
});

describe('hints', () => {
  it('of a success postpone the next poll, once', async () => {
    const { transport, poller } = make([{ ...running, retryAfterMs: 5000 }, running, succeeded]);
    const seen = track(poller.promise());
    await advance(6000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 5000, 6000]);
  });

  it('of a failure postpone the next attempt, once', async () => {
    const { transport, poller } = make([
      failure(Code.RESOURCE_EXHAUSTED, { retryAfterMs: 20_000 }),
      running,
      succeeded,
    ]);
    const seen = track(poller.promise());
    await advance(21_000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 20_000, 21_000]);
  });

  it('that are nonsense are ignored, and huge ones bounded', async () => {
    for (const [retryAfterMs, due] of [
      [NaN, 1000],
      [-5, 1000],
      [Infinity, 600_000],
      [1e15, 600_000],
    ] as const) {
      const { transport, poller } = make([{ ...running, retryAfterMs }, succeeded]);
      const seen = track(poller.promise());
      await advance(due);
      expect(seen.value).toMatchObject({ ok: true });
      expect(transport.times).toEqual([0, due]);
    }
  });
});

describe('a poller', () => {
  it('is no thenable: await gives the poller itself', async () => {
    const { poller } = make([running]);
    expect(await (poller as unknown)).toBe(poller);
  });

  it('is refused for an operation neither done nor named', () => {
    expect(() => make([running], { name: '', done: false })).toThrow(
      "Malformed operation '': it is neither done nor named",
    );
  });

  it('fails those who wait when the client is closed, and leaves nothing', async () => {
    const { client, poller, transport } = make([running]);
    const seen = track(poller.promise());
    await advance(500);
    await client.close();
    await advance(0);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.CANCELLED });
    expect(transport.closed).toBe(true);
  });
});
