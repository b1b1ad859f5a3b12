import { describe, expect, it } from '@jest/globals';
import { Code, type LROPoller } from '../../src/index.js';
import { createPoller, type Thing } from '../support/create-poller.js';
import { at, name, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('updates()', () => {
  async function collect(poller: LROPoller<Thing, Thing>): Promise<unknown[]> {
    const seen: unknown[] = [];
    for await (const operation of poller) seen.push(operation.done ? operation.result : operation.metadata?.percent);
    return seen;
  }

  it('yields the known state, each change once, and the completed one last', async () => {
    const { poller } = createPoller([at(1), at(1), at(2), at(2), succeeded], { from: at(0) });
    const seen = track(collect(poller));
    await advance(5000);
    expect(seen.value).toEqual([0, 1, 2, 'response']);
  });

  it('stops polling when a listener returns the iterator while it starts', async () => {
    const { transport, poller } = createPoller([at(1)], { from: at(0) });
    const iterator = poller.updates({ onProgress: () => void iterator.return?.() })[Symbol.asyncIterator]();
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
    await advance(10_000);
    expect(transport.requests).toEqual([]);
  });

  it('rejects each call of next() with what the signal throws when it is listened to', async () => {
    const { poller } = createPoller([succeeded]);
    const broken = new Error('broken');
    const addEventListener = (): void => {
      throw broken;
    };
    const signal = { aborted: false, addEventListener, removeEventListener: () => undefined };
    const iterator = poller.updates({ signal })[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBe(broken);
    await expect(iterator.next()).rejects.toBe(broken);
  });

  it('yields an operation that failed', async () => {
    const { poller } = createPoller([{ name, done: true, error: { code: Code.ABORTED, message: '', details: [] } }]);
    const seen = track(collect(poller));
    await advance(0);
    expect(seen.value).toEqual(['error']);
  });

  it('buffers only the newest state for a slow consumer, and never drops the completed one', async () => {
    const { poller } = createPoller([at(1), at(2), at(3), at(4), succeeded]);
    const iterator = poller[Symbol.asyncIterator]();
    const first = track(iterator.next());
    await advance(3000);
    expect(first.value).toMatchObject({ value: { metadata: { percent: 1 } } });
    await expect(iterator.next()).resolves.toMatchObject({ value: { metadata: { percent: 4 } } });
    await advance(1000);
    await expect(iterator.next()).resolves.toMatchObject({ value: { done: true } });
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('stops polling when the consumer returns, even while next() is pending', async () => {
    const { transport, poller } = createPoller([at(1)]);
    const iterator = poller[Symbol.asyncIterator]();
    await expect(iterator.next()).resolves.toMatchObject({ done: false });
    const next = track(iterator.next());
    await advance(10);
    await iterator.return?.();
    await advance(10_000);
    expect(next.value).toEqual({ done: true, value: undefined });
    expect(transport.requests).toHaveLength(1);
  });

  it('rejects with the reason at once, and drops a buffered state', async () => {
    const { poller } = createPoller([at(1), at(2)]);
    const controller = new AbortController();
    const iterator = poller.updates({ signal: controller.signal })[Symbol.asyncIterator]();
    await iterator.next();
    await advance(1000);
    controller.abort('stop');
    await expect(iterator.next()).rejects.toBe('stop');
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('resolves several next() calls in order', async () => {
    const { poller } = createPoller([at(1), at(2), succeeded]);
    const iterator = poller[Symbol.asyncIterator]();
    const all = track(Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]));
    await advance(2000);
    const states = all.value?.map((step) =>
      step.done ? undefined : (step.value.metadata?.percent ?? step.value.done),
    );
    expect(states).toEqual([1, 2, true, undefined]);
  });
});
