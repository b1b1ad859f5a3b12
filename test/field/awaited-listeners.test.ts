import { describe, expect, it, jest } from '@jest/globals';
import { OperationsClient, type LROPoller, type WaitOptions } from '../../src/index.js';
import { asCompleted, waitAll } from '../../src/many/index.js';
import { name, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

// A wait that has the outcome, and awaits its async `onProgress` for the last state.

const advance = useVirtualTime();
const hang = (): never => new Promise(() => undefined) as never;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const makeClient = () => new OperationsClient({ transport: new ScriptedTransport([succeeded]) });

const waysIn: Record<string, (poller: LROPoller<unknown>, options: WaitOptions) => Promise<unknown>> = {
  promise: (poller, options) => poller.promise(options),
  pollUntilDone: (poller, options) => poller.pollUntilDone(options),
  pollFor: (poller, options) => poller.pollFor(3_600_000, options),
  updates: async (poller, options) => {
    for await (const operation of poller.updates(options)) if (operation.done) return operation;
    throw new Error('no outcome');
  },
  waitAll: (poller, { onProgress }) => waitAll([poller], { onProgress: onProgress as never }),
  asCompleted: async (poller, { onProgress }) => {
    for await (const { operation } of asCompleted([poller], { onProgress: onProgress as never })) {
      if (operation.result === 'unknown') throw operation.reason;
    }
  },
};

describe.each(Object.entries(waysIn))('%s() whose onProgress never settles', (_, wait) => {
  it('rejects with CANCELLED when the client is closed', async () => {
    const client = makeClient();
    const seen = track(wait(client.poller(name), { onProgress: hang }));
    await advance(1000);
    expect(seen).toEqual({});
    await client.close();
    await advance(0);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: 1 });
    expect(seen.settledAtMs).toBe(1000);
  });

  it('does not keep the process alive', async () => {
    const client = makeClient();
    track(wait(client.poller(name), { onProgress: hang }));
    await advance(1000);
    // pollFor() has a limit.
    expect(jest.getTimerCount()).toBe(wait === waysIn.pollFor ? 1 : 0);
    await client.close();
  });
});

describe('waits that await their listeners', () => {
  it('have limits of their own, also one that is over and one of a month', async () => {
    const monthMs = 30 * 24 * 3_600_000;
    const client = makeClient();
    const poller = client.poller(name);
    const limits = [10_000, 5000, monthMs, 2000];
    const seen = limits.map((totalTimeoutMs) => track(poller.promise({ totalTimeoutMs, onProgress: hang })));
    const other = track(poller.promise({ onProgress: () => sleep(7000) as never }));
    await advance(4000);
    const late = track(poller.promise({ totalTimeoutMs: 0, onProgress: hang }));
    await advance(monthMs);
    expect([...seen, late].map(({ settledAtMs }) => settledAtMs)).toEqual([...limits, 0]);
    for (const { error } of seen) expect(String(error)).toMatch(/: it is done/);
    expect(other).toMatchObject({ value: succeeded.response, settledAtMs: 7000 });
  });

  it('send nothing, and are not ended by a message, a return or a new wait', async () => {
    const transport = new ScriptedTransport([succeeded]);
    const client = new OperationsClient({ transport });
    const poller = client.poller(name);
    const onProgress = jest.fn(() => sleep(20_000) as never);
    const seen = track(poller.promise({ onProgress, totalTimeoutMs: 30_000 }));
    await advance(1000);
    client.pollNow();
    await poller.cancel();
    expect(client.applyUpdate(succeeded)).toBe(1);
    expect(await poller.promise()).toBeDefined();
    await advance(20_000);
    expect(seen).toMatchObject({ value: succeeded.response, settledAtMs: 20_000 });
    expect(transport.requests).toHaveLength(1);
    expect(onProgress).toHaveBeenCalledTimes(1);
  });

  it('add one end to the history, and no abort', async () => {
    const ends: unknown[] = [];
    const history = {
      begin: () => undefined,
      estimate: () => undefined,
      record: (...end: unknown[]) => ends.push(end),
    };
    const client = new OperationsClient({
      transport: new ScriptedTransport([{ name, done: false }, succeeded]),
      polling: { history: history },
    });
    const seen = track(
      client.poller(name).promise({ onProgress: (state) => (state.done ? hang() : undefined), totalTimeoutMs: 9000 }),
    );
    await advance(9000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(ends).toHaveLength(1);
  });
});
