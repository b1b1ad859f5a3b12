import { describe, expect, it } from '@jest/globals';
import { LoopsByName } from '../../src/coalescing/loops-by-name.js';
import type { ActiveLoop } from '../../src/waiting/client-context.js';

function loopOf(name: string): ActiveLoop {
  return { name } as ActiveLoop;
}

describe('LoopsByName', () => {
  it('keeps the loops of each name', () => {
    const loops = new LoopsByName();
    const [a1, a2, a3, b] = [loopOf('a'), loopOf('a'), loopOf('a'), loopOf('b')] as const;
    for (const loop of [a1, b, a2, a3]) loops.add(loop);
    expect([loops.size, loops.has('a'), loops.has('c')]).toEqual([2, true, false]);
    expect([loops.get('a'), loops.get('b'), loops.get('c')]).toEqual([[a1, a2, a3], [b], []]);
    expect(loops.get('c')).toHaveLength(0);
    expect([loops.delete(a1), loops.delete(a1), loops.get('a')]).toEqual([true, false, [a2, a3]]);
    expect([loops.delete(a2), loops.delete(a1), loops.has('a')]).toEqual([true, false, true]);
    expect([loops.delete(a3), loops.delete(a3), loops.has('a')]).toEqual([true, false, false]);
    expect([loops.delete(loopOf('b')), loops.size]).toEqual([false, 1]);
    expect([loops.delete(b), loops.size]).toEqual([true, 0]);
  });

  it('knows which loop is the only one of its name', () => {
    const loops = new LoopsByName();
    const [a1, a2, b] = [loopOf('a'), loopOf('a'), loopOf('b')] as const;
    const only = (): unknown[] => [a1, a2, b].map((loop) => [loops.only(loop.name) === loop, loops.isOnly(loop)]);
    loops.add(a1);
    loops.add(b);
    expect([loops.only('a'), loops.only('b'), loops.only('c')]).toEqual([a1, b, undefined]);
    loops.add(a2);
    expect(only()).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
    loops.delete(a1);
    loops.delete(a2);
    loops.add(a2);
    expect([loops.only('a'), loops.isOnly(a2), loops.isOnly(b)]).toEqual([a2, true, true]);
  });

  it('returns a copy, so that loops can be deleted while it is iterated', () => {
    const loops = new LoopsByName();
    const all = [loopOf('a'), loopOf('a'), loopOf('a')];
    for (const loop of all) loops.add(loop);
    const seen = loops.get('a');
    for (const loop of all) loops.delete(loop);
    expect(seen).toEqual(all);
  });
});
