import { expect, it } from '@jest/globals';
import { createPoller } from '../support/create-poller.js';
import { running } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

it('a time limit is kept to the millisecond while another waiter leaves in that millisecond', async () => {
  const { poller } = createPoller([running], { latencyMs: 1 });
  const controller = new AbortController();
  // Set before the waits, so that it fires first.
  setTimeout(() => controller.abort(), 1000);
  const leaving = track(poller.promise({ signal: controller.signal }));
  const limited = track(poller.promise({ totalTimeoutMs: 1000 }));
  await advance(1002);
  expect(leaving.settledAtMs).toBe(1000);
  expect(limited).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT', elapsedMs: 1000 }, settledAtMs: 1000 });
});
