// Otherwise it would be loaded in a later turn of the event loop.
import '../../src/coalescing/coalescer.js';
import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient, type PollingState } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { ManualTransport } from '../support/manual-transport.js';
import { failure, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** A backoff of a second that keeps the states it is called with. */
function recordingBackoff() {
  const states: PollingState[] = [];
  const backoff = (state: PollingState): number => {
    states.push(state);
    return 1000;
  };
  return { backoff, states };
}

describe('cancel()', () => {
  it('starts the schedule again: the age and the attempts count from 0', async () => {
    const { backoff, states } = recordingBackoff();
    const { poller } = createPoller([running, running, running, succeeded], { polling: { backoff } });
    const seen = track(poller.promise());
    await advance(2500);
    expect(states.at(-1)).toMatchObject({ ageMs: 2000, attempt: 2 });
    states.length = 0;
    await poller.cancel();
    expect(states).toMatchObject([{ ageMs: 0, attempt: 0 }]);
    await advance(1000);
    expect(seen.value).toBeDefined();
  });

  it.each([
    ['has had its response', running],
    ['did not find it yet', failure(Code.NOT_FOUND)],
  ])('polls a delay later, not at once, where the last poll %s', async (_, first) => {
    const polling = { backoff: constantBackoff(10_000), notFoundGraceMs: 60_000 };
    const { poller, transport } = createPoller([first, succeeded], { polling });
    await advance(5000);
    const seen = track(poller.promise());
    await advance(3000);
    await poller.cancel();
    await advance(6999);
    expect(transport.times).toEqual([0]);
    await advance(1);
    expect(seen.value).toBeDefined();
  });

  it('repeats a poll that should have its response by now, at once', async () => {
    const { poller, transport } = createPoller(['hang', succeeded], { polling: { backoff: constantBackoff(10_000) } });
    const seen = track(poller.promise());
    await advance(1000);
    await poller.cancel();
    await advance(0);
    expect(seen.value).toBeDefined();
    expect(transport.times).toEqual([0, 1000]);
  });

  it('leaves a coalesced poll in its place in the queue of the rate limiter', async () => {
    await advance(10_000);
    const transport = new ScriptedTransport([succeeded]);
    const client = new OperationsClient({
      transport,
      maxRequestsPerSecond: 1,
      coalesce: { parentOf: () => undefined },
    });
    const pollers = ['a', 'b', 'c', 'd'].map((id) => client.poller(`operations/${id}`));
    const waits = pollers.map((poller) => track(poller.promise()));
    await advance(1500);
    await pollers[2]!.cancel();
    await advance(6000);
    const gets = transport.requests.filter(({ method }) => method === 'GetOperation');
    expect(gets.map(({ request }) => request.name.slice(-1))).toEqual(['a', 'b', 'c', 'd']);
    for (const seen of waits) expect(seen.value).toBeDefined();
  });

  it('leaves a retry in its place in that queue', async () => {
    await advance(10_000);
    const transport = new ScriptedTransport([failure(Code.UNAVAILABLE), succeeded]);
    const client = new OperationsClient({ transport, maxRequestsPerSecond: 0.2 });
    const pollers = ['a', 'b', 'c'].map((id) => client.poller(`operations/${id}`));
    const waits = pollers.map((poller) => track(poller.promise()));
    await advance(2000);
    await pollers[0]!.cancel();
    await advance(20_000);
    const gets = transport.requests.filter(({ method }) => method === 'GetOperation');
    expect(gets.map(({ request }) => request.name.slice(-1))).toEqual(['a', 'a', 'b', 'c']);
    for (const seen of waits) expect(seen.value).toBeDefined();
  });

  it('leaves the poll of several operations in its place in that queue', async () => {
    await advance(10_000);
    const transport = new ManualTransport();
    const client = new OperationsClient({ transport, maxRequestsPerSecond: 0.5, coalesce: true });
    const collections = ['p', 'q', 'r'].map((parent) =>
      ['a', 'b', 'c'].map((id) => client.poller(`${parent}/operations/${id}`)),
    );
    const controller = new AbortController();
    const waits = collections.flat().map((poller) => track(poller.promise({ signal: controller.signal })));
    await advance(1500);
    for (const poller of collections[2]!) await poller.cancel();
    await advance(3000);
    expect(transport.lists.map(({ request }) => request.name)).toEqual(['p', 'r', 'q']);
    controller.abort('over');
    await advance(0);
    for (const seen of waits) expect(seen.error).toBe('over');
  });

  const coalesce = { parentOf: () => undefined };
  it.each([{ maxRequestsPerSecond: 100 }, { coalesce }, { maxRequestsPerSecond: 100, coalesce }])(
    'repeats a poll that should have its response by now also with %j',
    async (options) => {
      const transport = new ScriptedTransport(['hang', succeeded]);
      const poller = new OperationsClient({ transport, ...options }).poller(name);
      const seen = track(poller.promise());
      await advance(3000);
      await poller.cancel();
      await advance(1000);
      expect(seen.value).toBeDefined();
    },
  );

  it('fails the waits if the backoff then returns no delay', async () => {
    let delayMs = 1000;
    const { poller } = createPoller([running], { polling: { backoff: () => delayMs } });
    const seen = track(poller.promise());
    await advance(500);
    delayMs = NaN;
    await poller.cancel();
    await advance(0);
    expect(seen.error).toBeInstanceOf(RangeError);
  });

  it('does not call the backoff if the operation has ended in the meantime', async () => {
    const { backoff, states } = recordingBackoff();
    const { poller } = createPoller([running], { polling: { backoff } });
    const cancelling = poller.cancel();
    poller.applyUpdate(succeeded);
    states.length = 0;
    await cancelling;
    expect(states).toEqual([]);
  });
});

describe('pollNow()', () => {
  it.each([
    [1000, [0]],
    [1001, [0, 1001]],
  ])('after %d ms repeats a first poll that has no response: %j', async (afterMs, times) => {
    const { client, poller, transport } = createPoller(['hang', succeeded]);
    const seen = track(poller.promise());
    await advance(afterMs);
    client.pollNow();
    await advance(0);
    expect(transport.times).toEqual(times);
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toBeDefined();
  });

  it('leaves a poll in its place in the queue of the rate limiter', async () => {
    await advance(10_000);
    const transport = new ScriptedTransport([succeeded]);
    const client = new OperationsClient({ transport, maxRequestsPerSecond: 1 });
    const waits = ['a', 'b', 'c', 'd'].map((id) => track(client.poller(`operations/${id}`).promise()));
    await advance(500);
    client.pollNow();
    await advance(3000);
    expect(transport.requests.map(({ request }) => request.name.slice(-1))).toEqual(['a', 'b', 'c', 'd']);
    for (const seen of waits) expect(seen.value).toBeDefined();
  });

  it('that a transport calls while it sends a server-side wait sends no second poll', async () => {
    await advance(10_000);
    const transport = new ManualTransport();
    const waitOperation = jest.fn(() => {
      client.pollNow();
      return new Promise<never>(() => undefined);
    });
    const polling = { backoff: constantBackoff(1000) };
    const client: OperationsClient = new OperationsClient({
      transport: Object.assign(transport, { waitOperation }),
      polling,
    });
    const poller = client.poller(name);
    const seen = track(poller.promise({ onProgress: () => undefined }));
    await advance(10);
    expect(waitOperation).toHaveBeenCalledTimes(1);
    expect(transport.gets).toHaveLength(1);
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toBeDefined();
  });
});
