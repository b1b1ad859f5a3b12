import type { Expert } from './experts.js';
import type { Interval } from './interval.js';
import { kernelsOf, type Kernels } from './kernels.js';
import type { Sample } from './sample.js';

const parts = 5;

/**
 * Where in its interval each end was, judged by the others: a step of expectation maximisation. Intervals narrower than the
 * expert's bandwidth are left as they are.
 */
export function narrow(intervals: readonly Interval[], sample: Sample, expert: Expert): Sample {
  const values = intervals.length;
  if (values < 3) return sample;
  const kernels = kernelsOf(expert, sample);
  const centres = sample.centres.slice();
  const variances = sample.variances.slice();
  for (let index = values - kernels.centres.length; index < values; index++) {
    const interval = intervals[index] as Interval;
    if (interval.high - interval.low < expert.bandwidth) continue;
    const { mean, variance } = momentsIn(interval, kernels, values - 1 - index);
    centres[index] = mean;
    variances[index] = variance;
  }
  return { ...sample, centres, variances };
}

/** Mean and variance of a value within its interval, by all kernels but its own. */
function momentsIn({ low, high }: Interval, kernels: Kernels, own: number): { mean: number; variance: number } {
  const width = high - low;
  let sum = 0;
  let mean = 0;
  let square = 0;
  for (let part = 0; part < parts; part++) {
    const value = low + (width * (part + 0.5)) / parts;
    const weight = 0.02 + kernels.centres.length * densityAt(kernels, value, own);
    sum += weight;
    mean += weight * value;
    square += weight * value * value;
  }
  mean /= sum;
  return { mean, variance: Math.max(0, square / sum - mean * mean) + (width / parts) ** 2 / 12 };
}

function densityAt({ centres, rates, weights }: Kernels, value: number, own: number): number {
  let density = 0;
  for (let i = 0; i < centres.length; i++) {
    const rate = rates[i] as number;
    const distance = Math.abs(value - (centres[i] as number)) * rate;
    if (distance > 12 || i === own) continue;
    const tail = Math.exp(-distance);
    density += ((weights[i] as number) * rate * tail) / (1 + tail) ** 2;
  }
  return density;
}
