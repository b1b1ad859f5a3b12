import { describe, expect, it } from '@jest/globals';
import { installCoalescer } from '../../src/coalescing/coalescer.js';
import { Code, RequestError, type RawOperation } from '../../src/index.js';
import { LinkedList } from '../../src/rpc/linked-list.js';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import type { ActiveLoop, ClientContext, Lookup } from '../../src/waiting/client-context.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** A client's context. Its service returns a list of `operations`, or rejects lists. */
function makeContext(operations?: readonly RawOperation[]) {
  const listed: string[] = [];
  const transport = {
    getOperation: ({ name }: { name: string }) => Promise.resolve({ name, done: false }),
    listOperations: ({ name }: { name: string }) => {
      listed.push(name);
      if (operations) return Promise.resolve({ operations, nextPageToken: '', unreachable: [] });
      const status = { code: Code.PERMISSION_DENIED, message: 'scripted', details: [] };
      const error = { method: 'ListOperations', operationName: name, status, origin: 'service' } as const;
      return Promise.reject(new RequestError(error));
    },
  };
  const activeLoops = new LinkedList<ActiveLoop>();
  const context = { transport, timers: new TimerWheel(), activeLoops } as unknown as ClientContext;
  const addLoop = (name: string): ActiveLoop => {
    const loop = {
      name,
      settings: {},
      previous: undefined,
      next: undefined,
      hasWaiters: true,
    } as unknown as ActiveLoop;
    activeLoops.add(loop);
    return loop;
  };
  /** Looks up three operations of a parent, and returns which names were listed for that. */
  const listedFor = async (parent: string): Promise<string[]> => {
    listed.length = 0;
    const names = [1, 2, 3].map((n) => `${parent}/operations/${n}`);
    const all = Promise.all(names.map((name) => installCoalescer(context, true)(name, {}, 60_000)));
    await advance(10);
    await all;
    return [...listed];
  };
  return { context, activeLoops, addLoop, listedFor };
}

describe('the collections of a coalescer', () => {
  it('are remembered while they have active loops, and else the 1,000 that had some last', async () => {
    const { context, activeLoops, addLoop, listedFor } = makeContext();
    const kept = [addLoop('early/operations/1')];
    installCoalescer(context, true);
    kept.push(addLoop('active/operations/1'));
    for (const parent of ['early', 'active', 'idle']) expect(await listedFor(parent)).toEqual([parent]);
    const loops = Array.from({ length: 1000 }, (_, i) => addLoop(`parents/${i}/operations/1`));
    expect(await listedFor('idle')).toEqual([]);
    for (const loop of loops.slice(0, -1)) activeLoops.delete(loop);
    for (const parent of ['early', 'active', 'idle']) expect(await listedFor(parent)).toEqual([]);
    activeLoops.delete(loops.at(-1)!);
    expect(await listedFor('active')).toEqual([]);
    expect(await listedFor('early')).toEqual([]);
    expect(await listedFor('idle')).toEqual(['idle']);
    for (const loop of kept) activeLoops.delete(loop);
  });

  it('know the loops that were active before the coalescer was loaded', async () => {
    const state = { name: 'a/operations/other', done: false };
    const { context, addLoop, listedFor } = makeContext([state]);
    const states: RawOperation[] = [];
    const loop = addLoop(state.name);
    loop.applyUpdate = (raw) => states.push(raw) > 0;
    installCoalescer(context, true);
    await listedFor('a');
    expect(states).toEqual([state]);
  });

  it('send nothing for a signal that is aborted already', async () => {
    const { context, listedFor } = makeContext();
    const install = installCoalescer(context, true);
    const lookup = async (...args: Parameters<Lookup>) => install(...args);
    await expect(lookup('a/operations/1', { signal: AbortSignal.abort('enough') }, 1000)).rejects.toBe('enough');
    await expect(lookup('a/operations/1', {}, 1000)).resolves.toMatchObject({ done: false });
    expect(await listedFor('a')).toEqual(['a']);
  });
});
