// Otherwise it would be loaded in a later turn of the event loop.
import '../../../src/coalescing/coalescer.js';
import { expect, it } from '@jest/globals';
import { makeBatches, type BatchData } from '../../../src/bullmq/batch.js';
import { pollEntries, type PolledBatch } from '../../../src/bullmq/poll-entries.js';
import { RedisClock } from '../../../src/bullmq/redis-clock.js';
import { OperationsClient, type CallOptions, type RawOperation } from '../../../src/index.js';
import { ManualTransport } from '../../support/manual-transport.js';
import { name, running } from '../../support/scripted.js';
import { track, useVirtualTime } from '../../support/virtual-time.js';

const advance = useVirtualTime();
const limits = { maxFailingMs: 86_400_000, maxResultBytes: 1000 };

/** A service that takes 20 seconds for each response, unless the request is aborted before. */
class SlowService extends ManualTransport {
  override getOperation(_request: { name: string }, { signal }: CallOptions): Promise<RawOperation> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(running), 20_000);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  }
}

/** Polls all operations of a batch. */
async function poll(client: OperationsClient, batch: BatchData): Promise<PolledBatch> {
  const polled = track(pollEntries(batch, new Set(batch.operations), { client, clock: new RedisClock(0), limits }));
  await advance(60_000);
  return polled.value!;
}

it.each([{}, { coalesce: true }])(
  'waits longer for a response after each failure, and has learned how long they take then: %j',
  async (options) => {
    const client = new OperationsClient({ transport: new SlowService(), ...options });
    const [batch] = makeBatches([{ token: { version: 1, name, startedAtMs: 0 }, entry: { dueAtMs: 0 } }]);
    const first = await poll(client, batch!);
    expect(first.remaining[0]?.failure?.message).toContain('15000 ms');
    const second = await poll(client, { ...batch!, operations: first.remaining });
    expect(second.remaining).toMatchObject([{ polls: 1 }]);
    expect(second.remaining[0]).not.toHaveProperty('failures');
    const third = await poll(client, { ...batch!, operations: second.remaining });
    expect(third.remaining).toMatchObject([{ polls: 2 }]);
    await client.close();
  },
);
