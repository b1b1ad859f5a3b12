import { describe, expect, it } from '@jest/globals';
import type { PollingState } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { at, json, name, running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** A backoff that keeps the last state it was called with. */
function recordingBackoff(delayMs: number) {
  let state: PollingState | undefined;
  const backoff = (current: PollingState): number => {
    state = current;
    return delayMs;
  };
  return { backoff, last: () => state };
}

describe('A backoff', () => {
  it('is called with the predicted end: 0 ms away once it has passed, the last one known after a state without progress', async () => {
    const { backoff, last } = recordingBackoff(Infinity);
    const { poller } = createPoller([], { polling: { backoff, readProgress: readPercent } });
    expect(last()).toMatchObject({ remainingMs: undefined });
    poller.applyUpdate(at(0));
    await advance(1000);
    poller.applyUpdate(at(50));
    expect(last()).toMatchObject({ remainingMs: 1000 });
    await advance(400);
    poller.applyUpdate({ name, done: false, metadata: json({ step: 'upload' }) });
    expect(last()).toMatchObject({ remainingMs: 600 });
    await advance(700);
    poller.applyUpdate(running);
    expect(last()).toMatchObject({ remainingMs: 0 });
  });

  it('is called with a predicted end also in the first millisecond of the clock', () => {
    const { backoff, last } = recordingBackoff(Infinity);
    const { poller } = createPoller([], { polling: { backoff, readProgress: readPercent } });
    poller.applyUpdate(at(10));
    poller.applyUpdate(at(50));
    expect(last()).toMatchObject({ remainingMs: 0 });
  });

  it('is called with an age that believes the metadata of updates, not of the starting call, and by and by', async () => {
    await advance(1_000_000);
    const { backoff, last } = recordingBackoff(Infinity);
    const createTime = new Date(Date.now() - 3_600_000).toISOString();
    const old = { name, done: false, metadata: { typeUrl: '', json: { createTime } } };
    const { poller } = createPoller([], { polling: { backoff }, from: old });
    expect(last()).toMatchObject({ ageMs: 0 });
    await advance(100);
    poller.applyUpdate(old);
    expect(last()).toMatchObject({ ageMs: 10_500 });
    await advance(900);
    poller.applyUpdate(running);
    expect(last()).toMatchObject({ ageMs: 15_000 });
  });

  it('is called with what the history and the caller expect, until a cancel', async () => {
    const { backoff, last } = recordingBackoff(1000);
    const history = {
      begin: () => ({ nextAgeMs: (ageMs: number) => ageMs + 333 }),
      estimate: () => undefined,
      record: () => undefined,
    };
    const { poller } = createPoller([running, succeeded], { polling: { backoff, history, expectedMs: 90_000 } });
    const seen = track(poller.promise());
    await advance(500);
    expect(last()).toMatchObject({ ageMs: 0, nextAgeMs: 333, expectedMs: 90_000 });
    await poller.cancel();
    expect(last()).toMatchObject({ nextAgeMs: undefined, expectedMs: undefined });
    await advance(1000);
    expect(seen.value).toBeDefined();
  });

  it('is called with the number of operations that are waited for', async () => {
    const { backoff, last } = recordingBackoff(1000);
    const { client, poller } = createPoller([running], { polling: { backoff } });
    const controller = new AbortController();
    const others = ['operations/2', 'operations/3'].map((other) =>
      track(client.poller(other).promise({ signal: controller.signal })),
    );
    const seen = track(poller.promise());
    await advance(500);
    expect(last()).toMatchObject({ activeWaits: 3 });
    controller.abort('enough');
    await advance(1000);
    for (const { error } of others) expect(error).toBe('enough');
    expect(last()).toMatchObject({ activeWaits: 1 });
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toBeDefined();
  });
});

function readPercent(metadata: unknown): number | undefined {
  const { percent } = metadata as { percent?: number };
  return percent === undefined ? undefined : percent / 100;
}
