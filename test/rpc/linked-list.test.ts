import { describe, expect, it } from '@jest/globals';
import { LinkedList, type Linked } from '../../src/rpc/linked-list.js';
import { fc } from '../support/fast-check.js';

interface Item extends Linked<Item> {
  readonly id: number;
}

describe('LinkedList', () => {
  it('holds each item once, in the order in which they were added', () => {
    const items = Array.from({ length: 8 }, (_, id): Item => ({
      id,
      previous: undefined,
      next: undefined,
    }));
    const step = fc.record({ isAdd: fc.boolean(), id: fc.nat(7) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const list = new LinkedList<Item>();
        let model: Item[] = [];
        for (const { isAdd, id } of steps) {
          const item = items[id]!;
          if (isAdd) {
            list.add(item);
            if (!model.includes(item)) model = [...model, item];
          } else {
            expect(list.delete(item)).toBe(model.includes(item));
            model = model.filter((other) => other !== item);
          }
          expect(list.snapshot()).toEqual(model);
          expect(list.size).toBe(model.length);
        }
        for (const item of model) list.delete(item);
      }),
    );
  });

  it('deletes an item once, wherever it was, and calls its observer with what comes and goes', () => {
    const calls: [string, number][] = [];
    const list = new LinkedList<Item>();
    list.observer = { onAdd: ({ id }) => calls.push(['add', id]), onDelete: ({ id }) => calls.push(['delete', id]) };
    const items = [0, 1, 2].map((id): Item => ({ id, previous: undefined, next: undefined }));
    for (const item of [...items, ...items]) list.add(item);
    for (const item of items.toReversed()) {
      expect([list.delete(item), list.delete(item)]).toEqual([true, false]);
      expect([item.previous, item.next]).toEqual([undefined, undefined]);
    }
    const all = [0, 1, 2].map((id) => ['add', id]);
    expect(calls).toEqual([...all, ['delete', 2], ['delete', 1], ['delete', 0]]);
  });

  it('adds an item at the end, or at the start', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 50 }), (places) => {
        const list = new LinkedList<Item>();
        const expected: number[] = [];
        for (const [id, atStart] of places.entries()) {
          list.add({ id, previous: undefined, next: undefined }, atStart);
          if (atStart) expected.unshift(id);
          else expected.push(id);
        }
        expect(list.snapshot().map(({ id }) => id)).toEqual(expected);
        expect(expected.map(() => list.shift()!.id)).toEqual(expected);
        expect([list.shift(), list.size]).toEqual([undefined, 0]);
      }),
    );
  });
});
