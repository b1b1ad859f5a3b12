import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { constantBackoff, OperationsClient, type CoalesceOptions } from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { ListedService, nameOf } from '../support/listed-service.js';
import { useVirtualTime } from '../support/virtual-time.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const realSetImmediate = setImmediate;
const advance = useVirtualTime();

/** Waits for operations, and references something that each poll loop holds, but no wait. */
function wait(client: OperationsClient, count: number) {
  const stop = new AbortController();
  const held = Array.from({ length: count }, (_, i) => {
    const onEvent = (): undefined => undefined;
    const poller = client.poller(nameOf(i), undefined, { onEvent, backoff: constantBackoff(5000) });
    poller.promise({ signal: stop.signal }).catch(() => undefined);
    return new WeakRef(onEvent);
  });
  return { stop, held };
}

async function countHeld(held: readonly WeakRef<WeakKey>[]): Promise<number> {
  await advance(0);
  // Targets of a WeakRef live until the end of the task that created it.
  await new Promise((resolve) => realSetImmediate(resolve));
  collectGarbage();
  return held.filter((ref) => ref.deref()).length;
}

describe('coalesce', () => {
  it.each([
    ['before the lookups are sent', 0, {}],
    ['while a page hangs', 100, { pageHangs: 1 }],
    ['while the Gets are sent', 30, { form: 'none', latencyMs: 700 }],
    ['between two polls', 1000, {}],
  ] as const)('keeps nothing of waits that are aborted %s', async (_, afterMs, trouble) => {
    const client = new OperationsClient({
      transport: new ListedService(new Array<number>(50).fill(60_000), [], 0, trouble),
      coalesce: true,
    });
    // The client has loaded the coalescer already.
    const first = wait(client, 1);
    await advance(10);
    const { stop, held } = wait(client, 50);
    await advance(afterMs);
    stop.abort();
    first.stop.abort();
    expect(await countHeld([...held, ...first.held])).toBe(0);
    await client.close();
  });

  it('keeps nothing of a wait whose parentOf has changed since', async () => {
    let parent = 'a';
    const coalesce: CoalesceOptions = { parentOf: () => parent };
    const client = new OperationsClient({ transport: new ListedService([60_000, 60_000]), coalesce });
    const { stop, held } = wait(client, 2);
    await advance(100);
    parent = 'b';
    stop.abort();
    expect(await countHeld(held)).toBe(0);
    await client.close();
  });
});
