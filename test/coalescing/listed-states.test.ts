import { describe, expect, it } from '@jest/globals';
import { ListedStates } from '../../src/coalescing/listed-states.js';
import { LoopsByName } from '../../src/coalescing/loops-by-name.js';
import { PendingLookup } from '../../src/coalescing/pending-lookup.js';
import type { ActiveLoop } from '../../src/waiting/client-context.js';

function makeStates(others: number) {
  const loops = new LoopsByName();
  const applyUpdate = (): never => {
    throw new RangeError('older');
  };
  for (const name of ['a', 'b']) loops.add({ name, hasWaiters: true, applyUpdate } as unknown as ActiveLoop);
  const target = { pending: new Map<string, never>(), loops, doneWithoutResult: new Set<string>(), resolve: () => {} };
  return new ListedStates(target, others);
}

describe('ListedStates', () => {
  it('counts the other operations that were not delivered yet', () => {
    const states = makeStates(2);
    const deliver = (name: string): boolean => states.deliver({ name, done: false }, 0, 0);
    expect([deliver('a'), states.othersLeft]).toEqual([true, 1]);
    expect([deliver('a'), deliver('c'), states.othersLeft]).toEqual([false, false, 1]);
    expect([deliver('b'), states.othersLeft]).toEqual([true, 0]);
  });

  it('takes a state for a lookup, unless the lookup is newer than the page or gets its own response', () => {
    const lookup = new PendingLookup('p', 5, () => undefined);
    const resolved: string[] = [];
    const target = {
      pending: new Map([['p', lookup]]),
      loops: new LoopsByName(),
      doneWithoutResult: new Set<string>(),
      resolve: ({ name }: PendingLookup) => resolved.push(name),
    };
    const states = new ListedStates(target, 0);
    expect([states.deliver({ name: 'p', done: false }, 4, 4), resolved]).toEqual([false, []]);
    expect([states.deliver({ name: 'p', done: true }, 5, 5), resolved]).toEqual([false, []]);
    expect([states.deliver({ name: 'p', done: false }, 5, 5), resolved]).toEqual([true, ['p']]);
  });

  it('never counts fewer than none, though a loop became active later', () => {
    const states = makeStates(0);
    states.deliver({ name: 'a', done: false }, 0, 0);
    expect(states.othersLeft).toBe(0);
  });
});
