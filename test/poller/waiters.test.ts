import { describe, expect, it } from '@jest/globals';
import { Code, type Operation } from '../../src/index.js';
import { createPoller, emptyResponse, type Thing } from '../support/create-poller.js';
import { at, failure, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('several waiters', () => {
  it('share one poll loop, each with its own signal and timeout', async () => {
    const { transport, poller } = createPoller([running, running, running, succeeded]);
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

  it('share one request, which is cancelled when the last waiter leaves', async () => {
    const { transport, poller } = createPoller(['hang', succeeded]);
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

  it('all reject when the request fails; 20 cause no warning', async () => {
    const { poller } = createPoller([failure(Code.NOT_FOUND)]);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => poller.promise()));
    expect(all.every((one) => one.status === 'rejected')).toBe(true);
  });
});

describe('onProgress', () => {
  it('is called with a change although an earlier listener has applied the same state again', async () => {
    const { client, poller } = createPoller([at(1), at(2), succeeded]);
    const percents: unknown[][] = [[], []];
    const onProgress = [
      ({ raw, metadata }: Operation<Thing, Thing>) => {
        percents[0]!.push(metadata?.percent);
        // As a message that was sent through a queue.
        if (!raw.done) client.applyUpdate(structuredClone(raw));
      },
      ({ metadata }: Operation<Thing, Thing>) => percents[1]!.push(metadata?.percent),
    ];
    const waits = onProgress.map((listener) => track(poller.promise({ onProgress: listener })));
    await advance(5000);
    expect(percents).toEqual([1, 2].map(() => [1, 2, undefined]));
    for (const seen of waits) expect(seen.value).toBeDefined();
  });

  it('is not called with a change that came before the end which a listener has applied', async () => {
    const { poller } = createPoller([at(1)]);
    const states: unknown[] = [];
    const done = { ...at(1), done: true, response: emptyResponse };
    const onProgress = [
      ({ done: isDone }: Operation<Thing, Thing>) => {
        if (!isDone) poller.applyUpdate(done);
      },
      async (operation: Operation<Thing, Thing>) => {
        states.push(operation.done);
        await Promise.resolve();
      },
    ];
    const waits = onProgress.map((listener) => track(poller.pollUntilDone({ onProgress: listener })));
    await advance(5000);
    expect(states).toEqual([true]);
    for (const seen of waits) expect(seen.value).toMatchObject({ done: true });
  });

  it('is called with each change once, the completed state last', async () => {
    const { poller } = createPoller([at(1), at(1), at(2), succeeded], { from: at(0) });
    const heard: unknown[] = [];
    const seen = track(poller.promise({ onProgress: (op) => heard.push(op.done || op.metadata?.percent) }));
    await advance(4000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(heard).toEqual([0, 1, 2, true]);
  });

  it('that throws rejects its own wait with its error, and no other', async () => {
    const { poller } = createPoller([at(1), succeeded]);
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
