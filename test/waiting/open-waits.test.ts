import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, name, running, succeeded, type ScriptedWait } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const heldFor = (afterMs: number): ScriptedWait => ({ afterMs, then: running });
const cutAfter = (afterMs: number): ScriptedWait => ({ afterMs, then: failure(Code.DEADLINE_EXCEEDED) });

/** Waits for an operation that does not end, and returns what was sent. */
async function sentBy(waits: ScriptedWait[], forMs: number) {
  const { poller, transport } = createPoller([running], { waits });
  const controller = new AbortController();
  const seen = track(poller.promise({ signal: controller.signal }));
  await advance(forMs);
  controller.abort('enough');
  await advance(0);
  expect(seen.error).toBe('enough');
  return { polls: transport.times, waitTimes: transport.waitTimes, timeouts: transport.waits.map((w) => w.timeoutMs) };
}

describe('A server-side wait', () => {
  it('has a shorter timeout after one that was cut off, until one was held for all of it', async () => {
    const waits = [cutAfter(40_000), heldFor(20_000), heldFor(30_000), heldFor(33_000), 'hang' as const];
    const { timeouts } = await sentBy(waits, 130_000);
    expect(timeouts).toEqual([60_000, 30_000, 30_000, 33_000, 36_300]);
  });

  it('is relied on after one that was cut off, if the one before it had a response', async () => {
    const { polls } = await sentBy([heldFor(60_000), cutAfter(60_000), 'hang'], 150_000);
    expect(polls).toHaveLength(1); // beside the first
  });

  it('is not relied on after two that were cut off', async () => {
    const { polls } = await sentBy([cutAfter(60_000), cutAfter(30_000), 'hang'], 93_500);
    expect(polls.length).toBeGreaterThanOrEqual(3);
  });

  it('is relied on after any number of aborts before its time', async () => {
    await advance(1_000_000);
    const { poller, transport } = createPoller([running], { waits: ['hang'] });
    for (const abortedAfterMs of [40, 40, 40, 19_000]) {
      const controller = new AbortController();
      const seen = track(poller.promise({ signal: controller.signal }));
      await advance(abortedAfterMs);
      controller.abort('enough');
      await advance(2000);
      expect(seen.error).toBe('enough');
    }
    expect(transport.requests).toHaveLength(0);
    expect(transport.waits).toHaveLength(4);
  });

  it.each<[string, ScriptedWait, number]>([
    ['returned early', heldFor(0), 0],
    // There is a poll beside each wait until one has had a response.
    ['failed', failure(Code.UNAVAILABLE), 2],
  ])(
    'is relied on after one that was not sent because the backoff threw, and one before it that %s',
    async (_, first, checks) => {
      let delayMs = 1000;
      const waits = [first, cutAfter(60_000), 'hang' as const];
      const { poller, transport } = createPoller([running], { waits, polling: { backoff: () => delayMs } });
      const failed = track(poller.promise({ totalTimeoutMs: 1500, onProgress: () => undefined }));
      await advance(999);
      delayMs = NaN;
      await advance(1);
      expect(failed.error).toBeInstanceOf(RangeError);
      delayMs = 1000;
      await advance(1000);
      const polls = transport.requests.length;
      const controller = new AbortController();
      const seen = track(poller.promise({ signal: controller.signal }));
      await advance(90_000);
      expect(transport.waits).toHaveLength(3);
      expect(transport.requests).toHaveLength(polls + checks);
      controller.abort('enough');
      await advance(0);
      expect(seen.error).toBe('enough');
    },
  );

  it('that fails at once is sent again a millisecond later where the backoff is 0', async () => {
    const waits = [failure(Code.UNAVAILABLE), 'hang' as const];
    const { poller, transport } = createPoller([running], { waits, polling: { backoff: constantBackoff(0) } });
    const seen = track(poller.promise({ totalTimeoutMs: 100 }));
    await advance(100);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.waitTimes).toEqual([0, 1]);
  });

  it('replaces the poll that is due where the server does not hold it', async () => {
    const { poller, transport } = createPoller([running], {
      waits: [heldFor(0)],
      polling: { backoff: constantBackoff(10), serverWait: 'always' },
    });
    const seen = track(poller.promise({ totalTimeoutMs: 501, onProgress: () => undefined }));
    await advance(501);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    // The server was not known at first.
    const together = transport.pollTimes.filter((atMs) => transport.waitTimes.includes(atMs));
    expect(together).toEqual([0]);
  });

  it('that returned a state ends the time in which NOT_FOUND is forgiven', async () => {
    const { poller } = createPoller([failure(Code.NOT_FOUND)], {
      waits: [heldFor(0), failure(Code.NOT_FOUND)],
      options: { notFoundGraceMs: 60_000 },
    });
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.error).toMatchObject({ rpcCode: Code.NOT_FOUND });
  });
});

describe('A poller that has no place for its server-side wait', () => {
  const setup = { waits: ['hang' as const], maxConcurrentServerWaits: 1 };

  it('tries again when its next poll is due', async () => {
    const { client, poller, transport } = createPoller([running], {
      ...setup,
      polling: { backoff: constantBackoff(5000) },
    });
    const controller = new AbortController();
    const first = track(client.poller('operations/first').promise({ signal: controller.signal }));
    const second = track(poller.promise({ totalTimeoutMs: 20_000 }));
    await advance(500);
    controller.abort('enough');
    await advance(19_500);
    expect(first.error).toBe('enough');
    expect(second.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.waitTimes).toEqual([0, 5000]);
    expect(transport.times).toEqual([0]);
  });

  it('tries again a second later where it never polls', async () => {
    const { client, poller, transport } = createPoller([running], {
      ...setup,
      polling: { backoff: constantBackoff(Infinity) },
    });
    const controller = new AbortController();
    const first = track(client.poller('operations/first').promise({ signal: controller.signal }));
    const second = track(poller.promise({ totalTimeoutMs: 20_000 }));
    await advance(1500);
    controller.abort('enough');
    await advance(18_500);
    expect(first.error).toBe('enough');
    expect(second.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.waitTimes).toEqual([0, 2000]);
    expect(transport.times).toEqual([]);
  });

  it('polls on schedule, also if its last one returned early', async () => {
    const { client, poller, transport } = createPoller([running], {
      maxConcurrentServerWaits: 1,
      waits: [heldFor(0), 'hang'],
    });
    const first = track(poller.promise({ totalTimeoutMs: 3500 }));
    await advance(1);
    const other = track(client.poller('operations/other').promise({ totalTimeoutMs: 10_000 }));
    await advance(3499);
    expect(first.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.requests.filter(({ request }) => request.name === name).map(({ atMs }) => atMs)).toEqual([
      1000, 2000, 3000,
    ]);
    await advance(7000);
    expect(other.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
  });
});

describe('The events', () => {
  it('have a delay that the server requested, from a millisecond on', async () => {
    const responses = [{ ...running, retryAfterMs: 1 }, succeeded];
    const { poller, events } = createPoller(responses, { polling: { backoff: constantBackoff(0) } });
    const seen = track(poller.promise());
    await advance(10);
    expect(seen.value).toBeDefined();
    expect(events.map(({ type }) => type)).toEqual(['poll', 'retry-after', 'poll', 'done']);
    expect(events[1]).toMatchObject({ delayMs: 1 });
  });

  it('have none after a server-side wait that failed by a fault of the transport', async () => {
    const fault = new TypeError('x is not a function');
    const { poller, events } = createPoller([succeeded], { waits: [fault], polling: { backoff: constantBackoff(0) } });
    const seen = track(poller.promise());
    await advance(10);
    expect(seen.value).toBeDefined();
    expect(events).toMatchObject([
      { type: 'wait-failed', error: fault, disabled: false },
      { type: 'poll', done: true },
      { type: 'done' },
    ]);
  });
});
