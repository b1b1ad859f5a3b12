/** A way to estimate a distribution from past values: how far each value is spread, and how fast the old ones are forgotten. */
export interface Expert {
  /** The standard deviation of each kernel at twenty values. */
  readonly bandwidth: number;
  /** The weight of each value, relative to the one after it. */
  readonly memory: number;
  /** What its evidence must exceed that of the others by, as a logarithm. */
  readonly penalty: number;
}

// With their penalties: without a change, a long one is better.
const memories = [
  [0.98, 0],
  [0.6, 2],
] as const;
// After few ends, a wide one costs less than a narrow one that is wrong.
const kernelWidths = [
  [0.04, 1.5],
  [0.09, 0.8],
  [0.2, 0.2],
  [0.45, 0],
] as const;

/** The experts: each bandwidth with a long and with a short memory. */
export const experts: readonly Expert[] = memories.flatMap(([memory, extra]) =>
  kernelWidths.map(([bandwidth, penalty]) => ({ bandwidth, memory, penalty: penalty + extra })),
);

/** How many values the expert's estimate rests on. */
export function countOf({ memory }: Expert, values: number): number {
  return Math.min(values, 1 / (1 - memory));
}

/** The probability that the next value is like none before. */
export function doubtOf(expert: Expert, values: number): number {
  return 0.3 / (0.3 + countOf(expert, values));
}

/** The variance of a kernel: smaller with more values. */
export function varianceOf(expert: Expert, values: number): number {
  return (expert.bandwidth * (countOf(expert, values) / 20) ** -0.2) ** 2;
}

/** The reciprocal scale of a logistic distribution of this variance. */
export function rateOf(variance: number): number {
  return Math.PI / Math.sqrt(3 * variance);
}

/** The logistic function. */
export function logistic(z: number): number {
  return z > 15 ? 1 : z < -15 ? 0 : 1 / (1 + Math.exp(-z));
}

/** Weights smaller than this, relative to the newest value's, are zero. */
export const minWeight = 1e-3;
