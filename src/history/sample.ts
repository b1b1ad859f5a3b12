import type { Interval } from './interval.js';

/** Past values of the logarithm of a duration, each with its uncertainty, in the order in which the operations began. */
export interface Sample {
  readonly centres: Float64Array;
  readonly variances: Float64Array;
  readonly isGuess: readonly boolean[];
}

/** Values in the middle of their intervals. */
export function sampleOf(intervals: readonly Interval[]): Sample {
  return {
    centres: Float64Array.from(intervals, ({ low, high }) => (low + high) / 2),
    variances: Float64Array.from(intervals, ({ low, high }) => (high - low) ** 2 / 12),
    isGuess: intervals.map(({ isGuess }) => isGuess),
  };
}

/** The newest values of a sample. */
export function lastOf({ centres, variances, isGuess }: Sample, count: number): Sample {
  return { centres: centres.slice(-count), variances: variances.slice(-count), isGuess: isGuess.slice(-count) };
}
