import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ListCostModel, type Progress } from '../../src/coalescing/list-cost-model.js';

const whole: Progress = { pages: 4, found: 100, requested: 100, missing: 0, others: 0 };

describe('ListCostModel', () => {
  it('lists for three operations, if the list is one page', () => {
    expect([1, 2, 3].map((asked) => new ListCostModel().mayPayOff(asked, 0))).toEqual([false, false, true]);
    expect([2, 3].map((asked) => new ListCostModel().paysOff(asked, 0))).toEqual([false, true]);
  });

  it('lists if the operations outnumber the pages', () => {
    const worth = new ListCostModel();
    worth.recordList(whole, true);
    expect([5, 6].map((asked) => worth.paysOff(asked, 0))).toEqual([false, true]);
  });

  it('counts half of the operations whose later poll is avoided', () => {
    const worth = new ListCostModel();
    worth.recordList(whole, true);
    expect([6, 7].map((others) => worth.paysOff(2, others))).toEqual([false, true]);
  });

  it('does not list after a failure, for at most a minute', () => {
    const worth = new ListCostModel();
    const rests = Array.from({ length: 9 }, () => {
      worth.recordFailure(0);
      return [1, 2, 4, 8, 16, 32, 60, 64].find((seconds) => worth.mayPayOff(100, seconds * 1000));
    });
    expect(rests).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    worth.recordList(whole, true);
    worth.recordFailure(0);
    expect(worth.mayPayOff(100, 1000)).toBe(true);
  });

  it('spends at most a tenth of the cost of Gets on lists that return nothing useful', () => {
    const round = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(fc.array(round, { minLength: 200, maxLength: 400 }), (rounds) => {
        const worth = new ListCostModel();
        let [pages, asks] = [0, 0];
        for (const asked of rounds) {
          asks += asked;
          if (!worth.mayPayOff(asked, 0) || !worth.paysOff(asked, 0)) worth.recordGets(asked);
          else {
            // A list that has none of them, and no end.
            const progress = { pages: 0, found: 0, requested: asked, missing: asked, others: 0 };
            do {
              progress.pages++;
              pages++;
            } while (worth.shouldContinue(progress));
            worth.recordList(progress, false);
            worth.recordGets(asked);
          }
        }
        expect(pages).toBeLessThanOrEqual(0.1 * asks + 60);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
