// Found by seed 671 of the simulation.
import { expect, it, jest } from '@jest/globals';
import { OperationsClient, PollingTimeoutError } from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { ListedService, nameOf } from '../support/listed-service.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

it('a poll that is urgent after the machine slept sends one request, which ends with the wait', async () => {
  const service = new ListedService([0], []);
  const signals: AbortSignal[] = [];
  service.getOperation = (_request, { signal }) => {
    signals.push(signal as AbortSignal);
    return new Promise(() => undefined);
  };
  const client = new OperationsClient({ transport: service, coalesce: true });
  const wait = track(client.poller(nameOf(0)).promise({ totalTimeoutMs: 2000 }));
  await advance(0);
  const now = performance.now.bind(performance);
  jest.setSystemTime(Date.now() + 7_920_158);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + 7_920_158);
  await advance(2000);
  expect(wait.error).toBeInstanceOf(PollingTimeoutError);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(jest.getTimerCount()).toBe(0);
});
