import { describe, expect, it } from '@jest/globals';
import { ProgressEstimator } from '../../src/polling/progress-estimator.js';

/** An estimator of work that began at 0 and was at a share of its end at 10 s. */
function movedTo(share: number): ProgressEstimator {
  const estimator = new ProgressEstimator();
  estimator.addSample(0, 0);
  estimator.addSample(share, 10_000);
  return estimator;
}

describe('the predicted end', () => {
  it('moves one poll, slightly late, and then none until the progress has moved', () => {
    const estimator = movedTo(0.5);
    expect(estimator.endMs).toBe(20_000);
    expect(estimator.dueMs(10_000, 60_000)).toBe(21_006);
    expect(estimator.dueMs(21_006, 60_000)).toBe(60_000);
  });

  it('is trusted after 2 % of the delay at the first time, and after 6 % of it at the second', () => {
    const estimator = movedTo(1);
    expect(estimator.dueMs(10_000, 110_000)).toBe(12_000);
    estimator.addSample(0.5, 12_000); // The work was restarted.
    estimator.addSample(1, 13_000);
    expect(estimator.dueMs(13_000, 113_000)).toBe(19_000);
  });

  it('is trusted no more after it has failed twice', () => {
    const estimator = movedTo(0.5);
    expect(estimator.dueMs(10_000, 60_000)).toBe(21_006);
    estimator.addSample(0.6, 21_006);
    expect(estimator.dueMs(21_006, 90_000)).toBeLessThan(90_000);
    estimator.addSample(0.7, 40_000);
    expect(estimator.dueMs(40_000, 90_000)).toBe(90_000);
  });

  it('defers a poll that is due just before it by at most a seventh of the delay', () => {
    expect(movedTo(0.5).dueMs(10_000, 20_000)).toBe(21_006);
    expect(movedTo(0.5).dueMs(10_000, 19_000)).toBe(19_000);
    const estimator = new ProgressEstimator();
    estimator.addSample(0, 0);
    estimator.addSample(0.5, 11_500);
    expect(estimator.dueMs(11_500, 22_506)).toBe(22_506 + 0.15 * 11_006);
  });

  it('is not used twice while the progress stands still', () => {
    const estimator = movedTo(0.5);
    expect(estimator.dueMs(10_000, 60_000)).toBe(21_006);
    estimator.addSample(0.5, 21_006);
    expect(estimator.dueMs(21_006, 60_000)).toBe(60_000);
  });

  it('moves away while the progress stands still: the speed is the average', () => {
    const estimator = movedTo(0.5);
    estimator.addSample(0.5, 20_000);
    expect(estimator.endMs).toBe(40_000);
  });
});
