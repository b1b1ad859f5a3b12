import { describe, expect, it, jest } from '@jest/globals';
import { ListBatch } from '../../src/coalescing/list-batch.js';
import { ListCostModel } from '../../src/coalescing/list-cost-model.js';
import { ListedStates } from '../../src/coalescing/listed-states.js';
import { LoopsByName } from '../../src/coalescing/loops-by-name.js';
import { PendingLookup } from '../../src/coalescing/pending-lookup.js';
import type { Queued } from '../../src/coalescing/queued.js';
import type { CallPromise } from '../../src/rpc/call-promise.js';
import { LinkedList } from '../../src/rpc/linked-list.js';
import { now } from '../../src/rpc/timer-wheel.js';
import type { ListOperationsResponse, RawOperation } from '../../src/transport.js';
import { useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

/** A list of some lookups with 60 s each, whose pages take 30 s. */
function listFor(names: readonly string[], pages: readonly (readonly string[])[], pageMs = 30_000) {
  const lookups = names.map((name) => new PendingLookup(name, now(), () => undefined));
  const due = new LinkedList<Queued>();
  for (const lookup of lookups) {
    lookup.addCaller(undefined, 60_000);
    lookup.moveTo(due);
  }
  const pending = new Map(lookups.map((lookup) => [lookup.name, lookup]));
  const resolve = (lookup: PendingLookup): void => batch.remove(lookup);
  const states = new ListedStates({ pending, loops: new LoopsByName(), doneWithoutResult: new Set(), resolve }, 0);
  const tokens: string[] = [];
  const batch = new ListBatch(due, states, (pageToken) => {
    const start = (): Promise<ListOperationsResponse> => {
      jest.advanceTimersByTime(pageMs);
      const operations = pages[tokens.push(pageToken) - 1]!.map((name): RawOperation => ({ name, done: false }));
      return Promise.resolve({ operations, nextPageToken: 'next', unreachable: [] });
    };
    return { start, sentMs: now(), abort: () => undefined } as unknown as CallPromise<ListOperationsResponse>;
  });
  return { batch, tokens };
}

const keen = { shouldContinue: () => true } as unknown as ListCostModel;

describe('ListBatch', () => {
  it('counts the operations that a lookup waited for, and no others', async () => {
    const { batch } = listFor(['a', 'b', 'c'], [['x', 'a', 'y', 'b', 'z']]);
    expect(batch.progress).toEqual({ pages: 0, found: 0, requested: 3, missing: 3, others: 0 });
    await batch.run(new ListCostModel());
    expect(batch.progress).toEqual({ pages: 1, found: 2, requested: 3, missing: 1, others: 0 });
  });

  it('requests no further page once exactly half of the time has passed', async () => {
    const { batch, tokens } = listFor(['a'], [['x'], ['y']]);
    expect(await batch.run(keen)).toBe(false);
    expect(tokens).toEqual(['']);
  });

  it('requests a further page just before that', async () => {
    const { batch, tokens } = listFor(['a'], [['x'], ['a']], 29_999);
    expect(await batch.run(keen)).toBe(true);
    expect(tokens).toEqual(['', 'next']);
  });
});
