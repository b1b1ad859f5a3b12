import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LinkedList, type Linked } from '../../src/rpc/linked-list.js';

interface Item extends Linked<Item> {
  readonly id: number;
}

describe('LinkedList', () => {
  it('contains each item once, in the order of insertion', () => {
    const items = Array.from({ length: 8 }, (_, id): Item => ({ id, previous: undefined, next: undefined }));
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
});
