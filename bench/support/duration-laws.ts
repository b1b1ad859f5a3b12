// Distributions of durations, as functions from a probability to a duration in milliseconds.

export type Quantile = (probability: number) => number;

export const lognormal =
  (medianMs: number, sigma: number): Quantile =>
  (p) =>
    medianMs * Math.exp(sigma * normalQuantile(p));

export const uniform =
  (fromMs: number, toMs: number): Quantile =>
  (p) =>
    fromMs + (toMs - fromMs) * p;

export const exponential =
  (meanMs: number): Quantile =>
  (p) =>
    -meanMs * Math.log(1 - p);

export const pareto =
  (leastMs: number, shape: number): Quantile =>
  (p) =>
    leastMs * (1 - p) ** (-1 / shape);

/** One of several distributions, each with its share. */
export const mixture =
  (...parts: readonly (readonly [share: number, quantile: Quantile])[]): Quantile =>
  (p) => {
    let from = 0;
    for (const [share, quantile] of parts) {
      if (p < from + share) return quantile((p - from) / share);
      from += share;
    }
    throw new RangeError('The shares do not add up to 1');
  };

/** A sorted sample that represents the distribution. */
export function sampleOfLaw(quantile: Quantile, size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => quantile((i + 0.5) / size)).sort((a, b) => a - b);
}

/** The quantile of the standard normal distribution, by Acklam's rational approximation. */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tail.numerator, q) / polynomial(tail.denominator, q);
  }
  const q = p - 0.5;
  return (polynomial(centre.numerator, q * q) * q) / polynomial(centre.denominator, q * q);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const centre = {
  numerator: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ],
  denominator: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
};
const tail = {
  numerator: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  denominator: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
};
