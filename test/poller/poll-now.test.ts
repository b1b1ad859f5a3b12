// Otherwise it would be loaded in a later turn of the event loop.
import '../../src/coalescing/coalescer.js';
import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, defaultBackoff, OperationsClient } from '../../src/index.js';
import { createPoller, emptyResponse, info } from '../support/create-poller.js';
import { ManualTransport } from '../support/manual-transport.js';
import { failure, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const everyHour = { backoff: constantBackoff(3_600_000) };

describe('pollNow()', () => {
  it.each([{}, { maxRequestsPerSecond: 1 }])('repeats a list that has no response, with %j', async (options) => {
    const transport = new ManualTransport();
    const client = new OperationsClient({ transport, coalesce: true, polling: everyHour, ...options });
    const names = ['a', 'b', 'c'].map((id) => `projects/p/operations/${id}`);
    const waits = names.map((id) => track(client.poller(id).promise()));
    await advance(900);
    client.pollNow();
    await advance(1000);
    expect(transport.lists).toHaveLength(1);
    client.pollNow();
    await advance(100);
    expect(transport.lists).toHaveLength(2);
    const operations = names.map((id) => ({ name: id, done: true, response: emptyResponse }));
    transport.lists[1]!.resolve({ operations, nextPageToken: '', unreachable: [] });
    await advance(0);
    for (const seen of waits) expect(seen.settledAtMs).toBe(2000);
  });

  it('polls each wait once, and the schedule continues from there', async () => {
    const { client, transport, poller } = createPoller([running], { polling: { backoff: constantBackoff(1000) } });
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(300);
    client.pollNow();
    await advance(1700);
    expect(transport.times).toEqual([0, 300, 1300]);
    controller.abort('over');
    await advance(0);
    expect(seen.error).toBe('over');
  });

  it('does not make a long-running operation young again', async () => {
    const transport = new ScriptedTransport([running]);
    const client = new OperationsClient({ transport, polling: { backoff: defaultBackoff } });
    const token = { version: 1, name, startedAtMs: Date.now() - 7_200_000 } as const;
    const controller = new AbortController();
    track(client.resume(token, info).promise({ signal: controller.signal }));
    await advance(1000);
    client.pollNow();
    await advance(20_000);
    expect(transport.times).toEqual([0, 1000]);
    controller.abort();
    await advance(0);
  });

  it('ends the pause between retries', async () => {
    const retry = { initialDelayMs: 60_000, maxDelayMs: 60_000 };
    const { client, transport, poller } = createPoller([failure(Code.UNAVAILABLE), succeeded], { retry });
    const seen = track(poller.promise());
    await advance(1000);
    client.pollNow();
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 1000]);
  });

  it('ends a pause that has just begun', async () => {
    const retry = { initialDelayMs: 60_000, maxDelayMs: 60_000 };
    const { client, transport, poller } = createPoller([failure(Code.UNAVAILABLE), succeeded], { retry });
    const seen = track(poller.promise());
    await advance(1);
    client.pollNow();
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 1]);
  });

  it('keeps a Retry-After, of a failure and of a success', async () => {
    for (const first of [failure(Code.UNAVAILABLE, { retryAfterMs: 20_000 }), { ...running, retryAfterMs: 20_000 }]) {
      const { client, transport, poller } = createPoller([first, succeeded]);
      const seen = track(poller.promise());
      await advance(1000);
      client.pollNow();
      await advance(19_000);
      expect(seen.value).toMatchObject({ ok: true });
      expect(transport.times).toEqual([0, 20_000]);
    }
  });

  it('leaves alone a poll that has no response yet because it was just sent, and repeats one that should have it', async () => {
    const { client, transport, poller } = createPoller(['hang', succeeded], { polling: everyHour });
    const seen = track(poller.promise());
    await advance(100);
    client.pollNow();
    await advance(1000);
    expect(transport.times).toEqual([0]);
    client.pollNow();
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 1100]);
  });

  it('sends nothing where only updates are expected, and nothing without a wait', async () => {
    const { client, transport, poller } = createPoller([running], { polling: { backoff: constantBackoff(Infinity) } });
    client.pollNow();
    const seen = track(poller.promise());
    client.pollNow();
    await advance(1000);
    expect(transport.requests).toEqual([]);
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('polls although a server-side wait is open, whose connection may be lost', async () => {
    const { client, transport, poller } = createPoller([running, succeeded], { waits: ['hang'], polling: everyHour });
    const seen = track(poller.promise());
    await advance(5000);
    const sent = transport.requests.length;
    client.pollNow();
    await advance(1);
    expect(transport.requests).toHaveLength(sent + 1);
    client.pollNow();
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('is called when the transport says that requests may succeed again', async () => {
    const transport = new ScriptedTransport([running, succeeded]);
    let notify = (): void => undefined;
    Object.assign(transport, { onReturn: (listener: () => void) => (notify = listener) });
    const client = new OperationsClient({ transport, polling: everyHour });
    const seen = track(client.poller(name, info).promise());
    await advance(1000);
    notify();
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });
});
