import { describe, expect, it } from '@jest/globals';
import { constantBackoff } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { at, running, succeeded } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('After a waiter has left', () => {
  it('the next server-side wait lasts no longer than the others wait', async () => {
    const { poller, transport } = createPoller([running], { waits: [{ afterMs: 60_000, then: running }, 'hang'] });
    const controller = new AbortController();
    const first = track(poller.promise({ signal: controller.signal }));
    const other = track(poller.promise({ totalTimeoutMs: 90_000 }));
    await advance(1000);
    controller.abort('enough');
    await advance(60_000);
    expect(transport.waits).toEqual([
      { atMs: 0, timeoutMs: 60_000 },
      { atMs: 60_000, timeoutMs: 30_000 },
    ]);
    await advance(30_000);
    expect(first.error).toBe('enough');
    expect(other.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
  });

  it('no poll is sent for progress that only it wanted', async () => {
    const { poller, transport } = createPoller([at(1)], { waits: ['hang'] });
    const controller = new AbortController();
    const first = track(poller.promise({ signal: controller.signal, onProgress: () => undefined }));
    const other = track(poller.promise({ totalTimeoutMs: 10_000 }));
    await advance(2500);
    controller.abort('enough');
    await advance(7500);
    expect(first.error).toBe('enough');
    expect(other.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.times).toEqual([0, 1000, 2000]);
  });
});

describe('The needs of waiters are those of all of them:', () => {
  it.each([
    ['the first wants progress', [true, false, false]],
    ['the second wants progress', [false, true, false]],
    ['the last wants progress', [false, false, true]],
  ])('%s', async (_, wants) => {
    const { poller, transport } = createPoller([at(1)], { waits: ['hang'] });
    const limitsMs = [3500, 4500, 4000];
    const waits = wants.map((wantsProgress, i) =>
      track(poller.promise({ totalTimeoutMs: limitsMs[i], ...(wantsProgress && { onProgress: () => undefined }) })),
    );
    await advance(4500);
    for (const { error } of waits) expect(error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.times.slice(0, 4)).toEqual([0, 1000, 2000, 3000]);
  });
});

describe('A wait that has ended leaves no listener on its signal', () => {
  it('as an iteration that was left', async () => {
    const { poller } = createPoller([at(1), succeeded], { polling: { backoff: constantBackoff(1000) } });
    const signal = new CountingSignal();
    for await (const state of poller.updates({ signal })) {
      expect(state.done).toBe(false);
      expect(signal.listeners).toBe(1);
      break;
    }
    expect(signal.listeners).toBe(0);
  });

  it('although it was aborted from the listener of its last state', async () => {
    const { poller } = createPoller([succeeded]);
    const signal = new CountingSignal();
    const seen = track(poller.promise({ signal, onProgress: () => signal.abort() }));
    await advance(0);
    expect(seen.value).toBeDefined();
    expect(signal.listeners).toBe(0);
  });

  it('that was aborted before, and sends nothing', async () => {
    const { poller, transport } = createPoller([succeeded]);
    const signal = new CountingSignal();
    signal.abort();
    const seen = track(poller.promise({ signal }));
    await advance(0);
    expect(seen.error).toMatchObject({ name: 'AbortError' });
    expect([signal.listeners, transport.requests.length]).toEqual([0, 0]);
  });
});

describe('A wait is aborted once, and for good,', () => {
  it('by a signal that aborts while a listener is added: nothing is sent', async () => {
    class AbortingSignal extends CountingSignal {
      override addEventListener(type: 'abort', listener: () => void): void {
        super.addEventListener(type, listener);
        this.abort();
      }
    }
    const { poller, transport } = createPoller([succeeded]);
    const seen = track(poller.promise({ signal: new AbortingSignal() }));
    await advance(5000);
    expect(seen).toMatchObject({ error: { name: 'AbortError' }, settledAtMs: 0 });
    expect(transport.requests).toHaveLength(0);
  });

  it('by another waiter that is notified of the end before it: it does not get the end', async () => {
    const { poller } = createPoller([running, succeeded]);
    const controller = new AbortController();
    const states: boolean[] = [];
    const first = track(poller.promise({ onProgress: ({ done }) => done && controller.abort('enough') }));
    const other = track(
      poller.promise({ signal: controller.signal, onProgress: ({ done }) => void states.push(done) }),
    );
    await advance(1000);
    expect(first.value).toBeDefined();
    expect(other.error).toBe('enough');
    expect(states).toEqual([false]);
  });
});
