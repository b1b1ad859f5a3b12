import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { at, failure, name, running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('pollFor()', () => {
  it('returns the running operation when the time has passed', async () => {
    const { poller } = createPoller([at(1), at(2), at(3)]);
    const seen = track(poller.pollFor(1500));
    await advance(1500);
    expect(seen).toMatchObject({ value: { done: false, metadata: { percent: 2 } }, settledAtMs: 1500 });
  });

  it('returns the completed operation as soon as it is known, also one that failed', async () => {
    const error = { code: Code.ABORTED, message: 'no', details: [] };
    for (const [last, result] of [
      [succeeded, 'response'],
      [{ name, done: true, error }, 'error'],
    ] as const) {
      const { poller } = createPoller([running, last]);
      const seen = track(poller.pollFor(60_000));
      await advance(1000);
      expect(seen).toMatchObject({ value: { done: true, result }, settledAtMs: 1000 });
    }
  });

  it('returns undefined if there was no response in the time, and the poller goes on afterwards', async () => {
    const { poller } = createPoller(['hang', succeeded]);
    const seen = track(poller.pollFor(2000));
    await advance(2000);
    expect(seen).toMatchObject({ settledAtMs: 2000 });
    expect(seen.value).toBeUndefined();
    const next = track(poller.pollFor(2000));
    await advance(2000);
    expect(next.value).toMatchObject({ done: true });
  });

  it('does not throw while requests fail and are retried, but throws a final failure', async () => {
    const busy = track(createPoller([running, failure(Code.UNAVAILABLE)]).poller.pollFor(5000));
    const refused = track(createPoller([running, failure(Code.PERMISSION_DENIED)]).poller.pollFor(5000));
    await advance(5000);
    expect(busy).toMatchObject({ value: { done: false }, settledAtMs: 5000 });
    expect(refused.error).toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
  });

  it('calls onProgress, and rejects with the reason of an aborted signal', async () => {
    const { poller } = createPoller([at(1), at(2)]);
    const controller = new AbortController();
    const percents: unknown[] = [];
    const { signal } = controller;
    const seen = track(
      poller.pollFor(5000, { signal, onProgress: ({ metadata }) => percents.push(metadata?.percent) }),
    );
    await advance(1100);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    expect(percents).toEqual([1, 2]);
  });

  it.each([undefined, '5', NaN])('rejects %p as a time', async (ms) => {
    const { poller, transport } = createPoller([succeeded]);
    const rule = /^Cannot wait as 'ms' must be a number: current value is/;
    await expect(poller.pollFor(ms as number)).rejects.toThrow(rule);
    expect(transport.times).toEqual([]);
  });
});
