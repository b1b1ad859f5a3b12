import { expect, it, jest } from '@jest/globals';
import { constantBackoff, OperationsClient } from '../../src/index.js';
import { PollPlan } from '../../src/waiting/poll-plan.js';
import { name, running, ScriptedTransport } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

it('costs nothing in proportion to the others when one of many waits on one poller leaves', async () => {
  const recompute = jest.spyOn(PollPlan.prototype, 'waitersChanged');
  const transport = new ScriptedTransport([running]);
  const poller = new OperationsClient({ transport, polling: { backoff: constantBackoff(60_000) } }).poller(name);
  const stops = Array.from({ length: 500 }, () => new AbortController());
  const waits = stops.map(({ signal }) => track(poller.promise({ signal, totalTimeoutMs: 30_000 })));
  await advance(10);
  for (const stop of stops) {
    stop.abort('enough');
    await advance(1);
  }
  expect(waits.every(({ error }) => error === 'enough')).toBe(true);
  expect(recompute.mock.calls.length).toBeLessThanOrEqual(1);
  expect(transport.requests).toHaveLength(1);
});

it('sends no last poll for a waiter that has left, and one for a waiter that remains', async () => {
  const transport = new ScriptedTransport([running]);
  const poller = new OperationsClient({ transport, polling: { backoff: constantBackoff(60_000) } }).poller(name);
  const stop = new AbortController();
  const first = track(poller.promise({ signal: stop.signal, totalTimeoutMs: 10_000 }));
  const second = track(poller.promise({ totalTimeoutMs: 20_000 }));
  await advance(2000);
  stop.abort('enough');
  await advance(18_000);
  expect([first.settledAtMs, second.settledAtMs]).toEqual([2000, 20_000]);
  expect(transport.times).toEqual([0, 19_950]);
});
