import { describe, expect, it } from '@jest/globals';
import { ListCostModel, type ListProgress } from '../../src/coalescing/list-cost-model.js';
import { fc } from '../support/fast-check.js';

const fourPages: ListProgress = { pages: 4, found: 100, requested: 100, missing: 0, others: 0 };

describe('ListCostModel', () => {
  it('tries a list for three lookups, which costs a page', () => {
    expect([1, 2, 3].map((requested) => new ListCostModel().shouldList(requested, 0, 0))).toEqual([false, false, true]);
  });

  it('lists for more lookups than the pages that a list takes', () => {
    const model = new ListCostModel();
    model.recordList(fourPages, true);
    expect([5, 6].map((requested) => model.shouldList(requested, 0, 0))).toEqual([false, true]);
  });

  it('multiplies the lookups by the share that the last list contained', () => {
    const model = new ListCostModel();
    model.recordList({ ...fourPages, missing: 50 }, true);
    expect([10, 11].map((requested) => model.shouldList(requested, 0, 0))).toEqual([false, true]);
  });

  it('counts half of the other active loops, once Gets have cost as much as a list', () => {
    const model = new ListCostModel();
    model.recordList(fourPages, true);
    model.recordGets(3);
    expect(model.shouldList(2, 1000, 0)).toBe(false);
    model.recordGets(1);
    expect([6, 7].map((others) => model.shouldList(2, others, 0))).toEqual([false, true]);
    expect(model.shouldList(1, 1000, 0)).toBe(false);
  });

  it('waits for twice the Gets after each list that found too little, up to 64 times the price of a list', () => {
    const model = new ListCostModel();
    const getsBeforeNextList = (): number => {
      model.recordList({ pages: 4, found: 3, requested: 8, missing: 8, others: 0 }, true);
      let gets = 0;
      for (; !model.shouldList(8, 1000, 0); gets++) model.recordGets(1);
      return gets;
    };
    expect(Array.from({ length: 8 }, getsBeforeNextList)).toEqual([8, 16, 32, 64, 128, 256, 256, 256]);
    model.recordList({ pages: 4, found: 4, requested: 8, missing: 8, others: 0 }, true);
    model.recordGets(4);
    expect(model.shouldList(8, 1000, 0)).toBe(true);
  });

  it('stops listing once a list has cost notably more pages than it found operations', () => {
    const progress = { found: 1, requested: 16, missing: 15, others: 0 };
    expect([5, 6].map((pages) => new ListCostModel().shouldContinue({ ...progress, pages }))).toEqual([true, false]);
  });

  it('continues while the operations not found yet are more than the pages left', () => {
    const model = new ListCostModel();
    model.recordList({ ...fourPages, pages: 10 }, true);
    const goesOn = (pages: number, missing: number, others: number): boolean =>
      model.shouldContinue({ pages, found: 50, requested: 100, missing, others });
    expect([goesOn(3, 7, 0), goesOn(3, 8, 0), goesOn(4, 7, 0)]).toEqual([false, true, true]);
    expect([goesOn(3, 6, 2), goesOn(3, 6, 3)]).toEqual([false, true]);
    expect([goesOn(3, 0, 1000), goesOn(20, 1, 0), goesOn(20, 2, 0)]).toEqual([false, false, true]);
  });

  it('learns from a list that was not complete that it takes more pages', () => {
    const minimumAfter = (progress: Partial<ListProgress>, before?: ListProgress): number => {
      const model = new ListCostModel();
      if (before) model.recordList(before, true);
      model.recordList({ ...fourPages, ...progress }, false);
      let requested = 2;
      while (!model.shouldList(requested, 0, 0)) requested++;
      return requested;
    };
    expect(minimumAfter({})).toBe(5 + 2);
    expect(minimumAfter({ pages: 10, found: 7, requested: 8 })).toBe(11 + 2);
    expect(minimumAfter({ pages: 10, found: 6, requested: 8 })).toBe(20 + 2);
    expect(minimumAfter({}, { ...fourPages, pages: 30 })).toBe(30 + 2);
  });

  it('does not list after a failure for a second, two, four, up to a minute', () => {
    const model = new ListCostModel();
    const cooldowns = Array.from({ length: 9 }, () => {
      model.recordFailure(0);
      return [1, 2, 4, 8, 16, 32, 60, 64].find((seconds) => model.shouldList(100, 0, seconds * 1000));
    });
    expect(cooldowns).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(model.shouldList(100, 0, 59_999)).toBe(false);
    model.recordList(fourPages, true);
    model.recordFailure(0);
    expect(model.shouldList(100, 0, 1000)).toBe(true);
  });

  it('does not list before the delay that the service asked for', () => {
    const model = new ListCostModel();
    model.recordFailure(500, 5000);
    expect([5499, 5500].map((nowMs) => model.shouldList(100, 0, nowMs))).toEqual([false, true]);
  });

  it('wastes at most a tenth of the cost of Gets on lists that find nothing', () => {
    const round = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(fc.array(round, { minLength: 200, maxLength: 400 }), (rounds) => {
        const model = new ListCostModel();
        let [pages, lookups] = [0, 0];
        for (const requested of rounds) {
          lookups += requested;
          if (!model.shouldList(requested, 0, 0)) model.recordGets(requested);
          else {
            // A list without any of them, and without an end.
            const progress = { pages: 0, found: 0, requested, missing: requested, others: 0 };
            do {
              progress.pages++;
              pages++;
            } while (model.shouldContinue(progress));
            model.recordList(progress, false);
            model.recordGets(requested);
          }
        }
        expect(pages).toBeLessThanOrEqual(0.1 * lookups + 60);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
