// Otherwise it would be loaded in a later turn of the event loop.
import '../../src/coalescing/coalescer.js';
import { describe, expect, it } from '@jest/globals';
import { constantBackoff, OperationsClient } from '../../src/index.js';
import { ListedService, nameOf, type Trouble } from '../support/listed-service.js';
import { ManualTransport } from '../support/manual-transport.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** Waits for so many operations with a rate limit. */
function waitForMany(count: number, maxRequestsPerSecond: number, durationMs: number, trouble: Partial<Trouble>) {
  const service = new ListedService(new Array<number>(count).fill(durationMs), [], 0, trouble);
  const retries: string[] = [];
  const onEvent = ({ type, name }: { type: string; name: string }): void => {
    if (type === 'retry') retries.push(name);
  };
  const polling = { backoff: constantBackoff(5000), onEvent };
  const client = new OperationsClient({ transport: service, coalesce: true, maxRequestsPerSecond, polling });
  const waits = Array.from({ length: count }, (_, index) => track(client.poller(nameOf(index)).pollUntilDone()));
  const done = (): number => waits.filter(({ value }) => value?.done).length;
  return { service, client, waits, retries, done };
}

describe('requests that wait for the rate limit', () => {
  it('are replaced by a list once one is possible, without a failure', async () => {
    // The first list, by the parent's name, fails, so that each operation is to have a request of its own.
    const { service, retries, done } = waitForMany(200, 2, 20_500, { form: 'collection' });
    await advance(40_000);
    expect(done()).toBe(200);
    expect(service.gets).toBeLessThan(30);
    expect(retries).toEqual([]);
  });

  it('are sent if a list lacked their operations, although others are listed all the time', async () => {
    const { service, client, waits } = waitForMany(60, 0.1, 1e6, { lacks: 0.5 });
    await advance(290_000);
    expect(service.gets).toBeGreaterThan(15);
    await client.close();
    await advance(0);
    for (const { error } of waits) expect(error).toBeDefined();
  });

  it('keep their own if they are urgent: their deadline is not that of a list', async () => {
    await advance(10_000);
    const transport = new ManualTransport();
    const client = new OperationsClient({ transport, coalesce: true, maxRequestsPerSecond: 1 });
    const waits = [client.poller(nameOf(0)), client.poller(nameOf(1))].map((poller) =>
      track(poller.promise({ totalTimeoutMs: 1500 })),
    );
    for (const index of [2, 3, 4]) waits.push(track(client.poller(nameOf(index)).promise()));
    await advance(3000);
    expect(transport.gets.map(({ request }) => request.name)).toEqual([nameOf(0), nameOf(1)]);
    expect(transport.lists.map(({ options }) => options.timeoutMs)).toEqual([7500]);
    await client.close();
    await advance(0);
    for (const { error } of waits) expect(error).toBeDefined();
  });

  it('for the pages of a list that repeats a page token end all the same', async () => {
    const { done } = waitForMany(200, 2, 300_000, { sameToken: true, maxPageSize: 50 });
    await advance(450_000);
    expect(done()).toBe(200);
  });
});
