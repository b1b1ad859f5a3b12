import { describe, expect, it } from '@jest/globals';
// Otherwise it would be loaded in a later turn of the event loop.
import '../../src/coalescing/coalescer.js';
import { OperationsClient, type Operation } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { ManualTransport } from '../support/manual-transport.js';
import { name, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();
const percentDone = (percent: number) => ({
  ...running,
  metadata: { typeUrl: 'type.googleapis.com/test.Thing', json: { percent } },
});

describe('states', () => {
  it('do not go backward when a poller awaits a request that another has sent before', async () => {
    await advance(10_000);
    const transport = new ManualTransport();
    const client = new OperationsClient({ transport, coalesce: true });
    const [first, second] = [client.poller(name), client.poller(name)];
    const controller = new AbortController();
    const { signal } = controller;
    const percents: unknown[] = [];
    const onProgress = ({ raw }: Operation<unknown, unknown>): number => percents.push(raw.metadata?.json);
    const waits = [track(first.promise({ signal }))];
    await advance(100);
    second.applyUpdate(percentDone(50));
    waits.push(track(second.promise({ signal, onProgress })));
    client.pollNow();
    await advance(10);
    expect(transport.gets).toHaveLength(1);
    transport.gets[0]!.resolve(percentDone(10));
    await advance(10);
    expect(first.operation?.raw.metadata?.json).toEqual({ percent: 10 });
    expect(percents).toEqual([{ percent: 50 }]);
    controller.abort('over');
    await advance(0);
    for (const seen of waits) expect(seen.error).toBe('over');
  });

  it('do not go backward when a poll overlaps with a server-side wait that is sent before it and returns before it', async () => {
    // The second wait is sent at 60 s and returns at 65 s. A poll that was sent at 63.5 s returns at 66.4 s.
    const polled = Array.from({ length: 9 }, () => percentDone(10));
    const { poller, transport } = createPoller([...polled, percentDone(30), succeeded], {
      waits: [
        { afterMs: 60_000, then: percentDone(20) },
        { afterMs: 5000, then: percentDone(60) },
        { afterMs: 20_000, then: succeeded },
      ],
      latencyMs: 2900,
      polling: { backoff: () => 7000 },
    });
    const percents: unknown[] = [];
    const seen = track(poller.promise({ onProgress: ({ metadata }) => percents.push(metadata?.percent) }));
    await advance(100_000);
    expect(seen.value).toBeDefined();
    expect(transport.times).toContain(63_500);
    expect(percents.filter((percent) => percent !== undefined)).toEqual([10, 60]);
  });
});
