import { logistic, minWeight, rateOf, varianceOf, type Expert } from './experts.js';
import type { Sample } from './sample.js';

/** Logistic kernels. The weights add up to 1. */
export interface Kernels {
  readonly centres: Float64Array;
  /** The reciprocal scales. */
  readonly rates: Float64Array;
  readonly weights: Float64Array;
}

/** An expert's estimate of the distribution: a kernel for each value, the newest first. */
export function kernelsOf(expert: Expert, { centres, variances }: Pick<Sample, 'centres' | 'variances'>): Kernels {
  const values = centres.length;
  // The weights fall below the least.
  const count = Math.min(values, Math.ceil(Math.log(minWeight) / Math.log(expert.memory)));
  const total = (1 - expert.memory ** count) / (1 - expert.memory);
  const variance = varianceOf(expert, values);
  const each = (value: (index: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, index) => value(index));
  return {
    centres: each((index) => centres[values - 1 - index] as number),
    rates: each((index) => rateOf(variance + (variances[values - 1 - index] as number))),
    weights: each((index) => expert.memory ** index / total),
  };
}

/** Estimates mixed by their shares. */
export function mixKernels(estimates: readonly (readonly [share: number, Kernels])[]): Kernels {
  const all = (field: keyof Kernels): number[] => estimates.flatMap(([, kernels]) => [...kernels[field]]);
  return {
    centres: Float64Array.from(all('centres')),
    rates: Float64Array.from(all('rates')),
    weights: Float64Array.from(estimates.flatMap(([share, { weights }]) => [...weights].map((each) => each * share))),
  };
}

/** The probability of a value up to this one. */
export function probabilityUpTo({ centres, rates, weights }: Kernels, value: number): number {
  let sum = 0;
  for (let i = 0; i < centres.length; i++) {
    sum += (weights[i] as number) * logistic((value - (centres[i] as number)) * (rates[i] as number));
  }
  return sum;
}
