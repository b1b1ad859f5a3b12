// What other pollers get wrong, and what must hold instead: each test does it here first, and then, where the other one
// is a package that can be installed, lets it do the same. All in virtual time; that a process exits after an abort is
// shown in exit.test.ts.
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import { describe, expect, it, jest } from '@jest/globals';
import { createPoller } from '../support/create-poller.js';
import { running } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { defectOf } from './defect.js';
import { advance } from './support.js';

describe('unlike @smithy/util-waiter', () => {
  it('an abort leaves no timer that keeps the process alive, and no further request is sent', async () => {
    const { transport, poller } = createPoller([running]);
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(50);
    controller.abort('enough');
    await advance(0);
    expect(seen).toEqual({ error: 'enough', settledAtMs: 50 });
    expect(jest.getTimerCount()).toBe(0);
    await advance(100_000);
    expect(transport.requests).toHaveLength(1);

    await defectOf('@smithy/util-waiter', async () => {
      const controller = new AbortController();
      let requests = 0;
      const options = { client: {}, maxWaitTime: 600, minDelay: 1, maxDelay: 1, abortSignal: controller.signal };
      const seen = track(
        createWaiter(options, {}, () => {
          requests++;
          return Promise.resolve({ state: WaiterState.RETRY });
        }),
      );
      await advance(50);
      controller.abort();
      await advance(0);
      expect(seen).toMatchObject({ value: { state: WaiterState.ABORTED }, settledAtMs: 50 });
      expect(jest.getTimerCount()).toBe(1);
      await advance(100_000);
      expect(requests).toBe(2);
    });
  });
});
