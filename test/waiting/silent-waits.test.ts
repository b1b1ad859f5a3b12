import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, ScriptedTransport, succeeded, type ScriptedWait } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('A server-side wait that has no response', () => {
  it('has one poll beside it, so that the end of a short operation is known before its deadline', async () => {
    const { poller, transport } = createPoller([succeeded], { waits: ['hang'] });
    const seen = track(poller.promise());
    await advance(19_999);
    expect(transport.requests).toEqual([]);
    await advance(1);
    expect(seen).toMatchObject({ value: expect.anything(), settledAtMs: 20_000 });
  });

  it('has no second poll beside it', async () => {
    const { poller, transport } = createPoller([running], { waits: ['hang'] });
    const seen = track(poller.promise({ totalTimeoutMs: 69_000 }));
    await advance(69_000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', polls: 1 });
    expect(transport.pollTimes).toEqual([20_000]);
  });

  it.each<[string, ScriptedWait]>([
    ['held it', { afterMs: 6000, then: running }],
    ['returned early', running],
  ])('has none once the service %s', async (_, first) => {
    const { poller, transport } = createPoller([running], { waits: [first, { afterMs: 60_000, then: succeeded }] });
    const seen = track(poller.promise());
    await advance(67_000);
    expect(seen.value).toBeDefined();
    expect(transport.requests).toEqual([]);
  });

  it('has none for any poller of the client, once one of its waits has had a response', async () => {
    const { client, poller, transport } = createPoller([running], { waits: [succeeded, 'hang'] });
    await poller.promise();
    const seen = track(client.poller('operations/2').promise({ totalTimeoutMs: 60_000 }));
    await advance(60_000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', polls: 0 });
    expect(transport.requests).toEqual([]);
  });

  it('has none where only waits or only updates are expected', async () => {
    for (const options of [{ serverWait: 'always' }, { serverWait: 'auto', backoff: () => Infinity }] as const) {
      const { poller, transport } = createPoller([running], { waits: ['hang'], options });
      const seen = track(poller.promise({ totalTimeoutMs: 60_000 }));
      await advance(60_000);
      expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
      expect(transport.requests).toEqual([]);
    }
  });

  it('has it no sooner than the server said', async () => {
    const { poller, transport } = createPoller([running], {
      waits: [failure(Code.UNAVAILABLE, { retryAfterMs: 5000 }), 'hang'],
    });
    const seen = track(poller.promise({ totalTimeoutMs: 60_000 }));
    await advance(60_000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.pollTimes[0]).toBeGreaterThanOrEqual(5000);
  });
});

describe('A response whose `done` is another each time that it is read', () => {
  it('does not make the client send one server-side wait after the other', async () => {
    let reads = 0;
    const flickering = {
      name: 'operations/1',
      get done() {
        return reads++ % 2 === 0;
      },
    };
    const { poller, transport } = createPoller([running], { waits: [flickering], polling: { serverWait: 'always' } });
    const waitOperation = transport.waitOperation!.bind(transport);
    transport.waitOperation = (request) =>
      transport.waits.length > 100 ? new Promise(() => undefined) : waitOperation(request);
    const seen = track(poller.promise({ totalTimeoutMs: 1500 }));
    await advance(1500);
    expect(transport.waits.length).toBeLessThan(10);
    expect(seen.settledAtMs).toBeDefined();
  });
});

describe('poll()', () => {
  it('returns the outcome that came meanwhile, though its own response is older', async () => {
    const { poller } = createPoller([running], { latencyMs: 100 });
    const polled = track(poller.poll());
    await advance(50);
    poller.applyUpdate(succeeded);
    await advance(50);
    expect(polled.value).toMatchObject({ done: true });
  });

  it('returns the state that its own retry got, though the poller has polled meanwhile', async () => {
    const at = (percent: number) => ({ ...running, metadata: { typeUrl: 'x/test.Thing', json: { percent } } });
    const transport = new ScriptedTransport([failure(Code.UNAVAILABLE), at(10), at(20)]);
    const { poller } = createPoller([], { retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 }, transport });
    const polled = track(poller.poll());
    await advance(10);
    const seen = track(poller.promise({ totalTimeoutMs: 500 }));
    await advance(60_000);
    expect(seen.error).toBeDefined();
    expect(polled.value).toMatchObject({ metadata: { percent: 20 } });
    expect(poller.operation).toMatchObject({ metadata: { percent: 20 } });
  });
});
