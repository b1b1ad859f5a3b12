import { expect, it, jest } from '@jest/globals';
import { constantBackoff, OperationsClient, type PollingEvent } from '../../src/index.js';
import { name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

it('a transport without WaitOperation is polled, without events of waits', async () => {
  const transport = new ScriptedTransport([running, succeeded]);
  const onEvent = jest.fn();
  const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000), onEvent } });
  const seen = track(client.poller(name).promise());
  await advance(1000);
  expect(seen.value).toBeDefined();
  expect(onEvent.mock.calls.map(([event]) => (event as PollingEvent).type)).toEqual(['poll', 'poll', 'done']);
});
