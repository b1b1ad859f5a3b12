import { describe, expect, it } from '@jest/globals';
import { LookupQueue } from '../../src/coalescing/lookup-queue.js';
import { PendingLookup } from '../../src/coalescing/pending-lookup.js';
import { now } from '../../src/rpc/timer-wheel.js';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

function makeQueue() {
  const startMs = now();
  const flushed: { readonly atMs: number; readonly names: readonly (string | undefined)[] }[] = [];
  const queue = new LookupQueue(new TimerWheel(), (lookups) => {
    flushed.push({
      atMs: now() - startMs,
      names: lookups.snapshot().map((lookup) => (lookup instanceof PendingLookup ? lookup.name : undefined)),
    });
  });
  const add = (name: string): PendingLookup => {
    const lookup = new PendingLookup(name, now(), () => undefined);
    queue.add(lookup);
    return lookup;
  };
  return { queue, add, flushed };
}

describe('LookupQueue', () => {
  it('flushes two milliseconds after the latest lookup', async () => {
    const { add, flushed } = makeQueue();
    add('a');
    await advance(1);
    add('b');
    await advance(1);
    add('c');
    await advance(10);
    expect(flushed).toEqual([{ atMs: 4, names: ['a', 'b', 'c'] }]);
  });

  it('flushes after 100 milliseconds while lookups keep coming', async () => {
    const { add, flushed } = makeQueue();
    for (let i = 0; i < 150; i++) {
      add(String(i));
      await advance(1);
    }
    await advance(10);
    expect(flushed.map(({ atMs }) => atMs)).toEqual([100, 151]);
    expect(flushed.flatMap(({ names }) => names)).toHaveLength(150);
  });

  it('measures the bound from the first lookup that is still there', async () => {
    const { queue, add, flushed } = makeQueue();
    queue.delete(add('a'));
    await advance(99);
    add('b');
    await advance(1);
    add('c');
    await advance(10);
    expect(flushed).toEqual([{ atMs: 102, names: ['b', 'c'] }]);
  });

  it('flushes nothing, and leaves no timer, when all lookups were deleted', async () => {
    const { queue, add, flushed } = makeQueue();
    const [a, b] = [add('a'), add('b')];
    queue.delete(a);
    queue.delete(new PendingLookup('c', 0, () => undefined));
    await advance(1);
    queue.delete(b);
    await advance(10);
    expect(flushed).toEqual([]);
  });

  it('does not flush while it is paused, and then at once', async () => {
    const { queue, add, flushed } = makeQueue();
    queue.pause();
    add('a');
    await advance(10);
    queue.resume();
    expect(flushed).toEqual([{ atMs: 10, names: ['a'] }]);
    queue.pause();
    queue.resume();
    add('b');
    await advance(10);
    expect(flushed[1]).toEqual({ atMs: 12, names: ['b'] });
    expect(flushed).toHaveLength(2);
  });

  it('goes on with the debounce if lookups came just before it was resumed', async () => {
    const { queue, add, flushed } = makeQueue();
    queue.pause();
    await advance(10);
    add('a');
    queue.resume();
    await advance(10);
    expect(flushed).toEqual([{ atMs: 12, names: ['a'] }]);
  });
});
