import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('The response to poll() of a poller that is waiting', () => {
  it('makes up for failures before it: a timeout has no cause', async () => {
    const retry = { initialDelayMs: 60_000, maxDelayMs: 60_000 };
    const { poller, transport } = createPoller([failure(Code.UNAVAILABLE), running, 'hang'], { retry });
    const seen = track(poller.promise({ totalTimeoutMs: 5000 }));
    await advance(1000);
    expect(transport.requests).toHaveLength(1);
    await poller.poll();
    await advance(4000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', polls: 1 });
    expect(seen.error).not.toHaveProperty('cause');
  });

  it('ends the time in which NOT_FOUND is forgiven', async () => {
    const options = { notFoundGraceMs: 60_000 };
    const { poller } = createPoller([failure(Code.NOT_FOUND), running, failure(Code.NOT_FOUND)], { options });
    const seen = track(poller.promise());
    await advance(500);
    expect(seen).toEqual({});
    await poller.poll();
    await advance(1000);
    expect(seen.error).toMatchObject({ rpcCode: Code.NOT_FOUND });
  });

  it('restarts the delay until the next poll', async () => {
    const { poller, transport } = createPoller([running, running, succeeded]);
    const seen = track(poller.promise());
    await advance(700);
    await poller.poll();
    await advance(1000);
    expect(seen.value).toBeDefined();
    expect(transport.times).toEqual([0, 700, 1700]);
  });
});
