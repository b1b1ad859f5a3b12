import { describe, expect, it, jest } from '@jest/globals';
import { constantBackoff, OperationsClient, PollingTimeoutError, type LROPoller } from '../../src/index.js';
import { name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** A poller of an operation that is done at the second poll, after a second. */
function createPoller(): LROPoller<unknown> {
  const transport = new ScriptedTransport([running, succeeded]);
  const polling = { backoff: constantBackoff(1000), serverWait: 'never' as const };
  return new OperationsClient({ transport, polling }).poller(name);
}

const hang = (): never => new Promise(() => {}) as never;
const sleep = (ms: number): never => new Promise((resolve) => setTimeout(resolve, ms)) as never;

const waysIn = {
  promise: (poller: LROPoller<unknown>, options: object): Promise<unknown> => poller.promise(options),
  pollUntilDone: (poller: LROPoller<unknown>, options: object): Promise<unknown> => poller.pollUntilDone(options),
  updates: async (poller: LROPoller<unknown>, options: object): Promise<unknown> => {
    for await (const { done } of poller.updates(options)) if (done) return done;
    return false;
  },
};

describe.each(Object.entries(waysIn))('%s() with an async onProgress', (_, wait) => {
  it('ends at totalTimeoutMs, although the call for the last state never settles', async () => {
    const seen = track(wait(createPoller(), { onProgress: hang, totalTimeoutMs: 5000 }));
    await advance(10_000);
    expect(seen).toMatchObject({
      settledAtMs: 5000,
      error: { code: 'LRO_POLLING_TIMEOUT', operation: { done: true } },
    });
    expect((seen.error as Error).message).toContain('it is done;');
  });

  it('ends with the reason of its signal, although the call for the last state never settles', async () => {
    const controller = new AbortController();
    const seen = track(wait(createPoller(), { onProgress: hang, signal: controller.signal }));
    await advance(3000);
    expect(seen).toEqual({});
    controller.abort('enough');
    await advance(0);
    expect(seen).toMatchObject({ settledAtMs: 3000, error: 'enough' });
  });

  it('ends when the call for the last state has settled, within the limit', async () => {
    const seen = track(wait(createPoller(), { onProgress: () => sleep(2000), totalTimeoutMs: 5000 }));
    await advance(3000);
    expect(seen.settledAtMs).toBe(3000);
    expect(seen.error).toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});

it('an onProgress that aborts the signal for other waits does not end its own', async () => {
  const controller = new AbortController();
  const onProgress = async ({ done }: { done: boolean }): Promise<void> => {
    if (done) controller.abort();
    await Promise.resolve();
  };
  const { signal } = controller;
  const wait = track(createPoller().promise({ onProgress: (operation) => void onProgress(operation), signal }));
  const other = track(
    createPoller().promise({ onProgress: (state): unknown => onProgress(state), signal, totalTimeoutMs: 9000 }),
  );
  await advance(1000);
  expect([wait.error, other.error].filter((error) => error instanceof PollingTimeoutError)).toEqual([]);
  expect('value' in wait).toBe(true);
});

it.each([
  ['a thenable that throws', { then: () => { throw new Error('no then'); } }], // prettier-ignore
  ['a thenable that rejects', { then: (_: unknown, reject: (error: Error) => void) => reject(new Error('no then')) }],
])('an onProgress that returns %s ends the wait with its error', async (_, thenable) => {
  const onProgress = ({ done }: { done: boolean }): never => (done ? thenable : undefined) as never;
  const wait = track(createPoller().promise({ onProgress, totalTimeoutMs: 9000 }));
  await advance(1000);
  expect(wait).toMatchObject({ settledAtMs: 1000, error: new Error('no then') });
});
