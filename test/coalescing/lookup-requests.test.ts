import { describe, expect, it } from '@jest/globals';
import { LookupRequests } from '../../src/coalescing/lookup-requests.js';
import { LinkedList } from '../../src/rpc/linked-list.js';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import type { ClientContext } from '../../src/waiting/client-context.js';
import { ManualTransport } from '../support/manual-transport.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('LookupRequests', () => {
  it('measure the slowest response, by which the last poll before a deadline is placed', async () => {
    const transport = new ManualTransport();
    const settings = { transport, timers: new TimerWheel(), activeLoops: new LinkedList(), slowestResponseMs: 0 };
    const context = settings as unknown as ClientContext;
    const requests = new LookupRequests(context, undefined);
    for (const [i, tookMs] of [200, 700, 300].entries()) {
      const response = requests.getOperation('a', 10_000).start();
      await advance(tookMs);
      transport.gets[i]!.resolve({ name: 'a', done: false });
      await response;
    }
    expect(context.slowestResponseMs).toBe(700);
  });
});
