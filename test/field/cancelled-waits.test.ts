import { expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { name, running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** An operation that ends a second after its cancellation; each WaitOperation is held as `hold` says. */
function createPoller(hold: (untilDone: Promise<unknown>) => Promise<unknown>) {
  const counts = { gets: 0, waits: 0 };
  let cancelled!: () => void;
  let done = false;
  const end = new Promise<void>((resolve) => (cancelled = resolve))
    .then(() => new Promise((resolve) => setTimeout(resolve, 1000)))
    .then(() => (done = true));
  const state = () => (done ? succeeded : running);
  const transport = {
    getOperation: () => {
      counts.gets++;
      return Promise.resolve(state());
    },
    waitOperation: async () => {
      counts.waits++;
      await hold(end);
      return state();
    },
    cancelOperation: () => {
      cancelled();
      return Promise.resolve();
    },
  };
  return { poller: new OperationsClient({ transport: transport as never }).poller(name), counts };
}

it('cancel() finds the end although the WaitOperation under way hangs', async () => {
  const { poller, counts } = createPoller(() => new Promise(() => undefined));
  const wait = track(poller.promise());
  await advance(5000);
  expect(counts).toEqual({ gets: 0, waits: 1 });
  await poller.cancel();
  await advance(10_000);
  expect(wait).toHaveProperty('value');
  // The operation ends at 6 s.
  expect(wait.settledAtMs).toBeLessThan(7500);
});

it('cancel() sends few polls beside a WaitOperation that responds at the end, and none after it', async () => {
  const { poller, counts } = createPoller((untilDone) => untilDone);
  const wait = track(poller.promise());
  await advance(5000);
  await poller.cancel();
  await advance(10_000);
  expect(wait.settledAtMs).toBe(6000);
  expect(counts.waits).toBe(1);
  expect(counts.gets).toBeLessThanOrEqual(3);
});
