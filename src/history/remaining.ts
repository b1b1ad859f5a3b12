import type { RemainingEstimate } from '../polling/duration-history.js';
import { probabilityUpTo } from './kernels.js';
import type { LearnedDistribution } from './learned-distribution.js';

/** What is left of an operation that has run for this long. */
export function remainingAt(distribution: LearnedDistribution, ageMs: number): RemainingEstimate {
  const survival = (logAge: number): number => survivalAt(distribution, logAge);
  const logAge = Math.log(Math.max(ageMs, 1));
  const survived = survival(logAge);
  const leftMs = (share: number): number =>
    Math.max(0, Math.exp(bisect(survival, survived * share, logAge)) - Math.max(ageMs, 1));
  return { remainingMs: leftMs(0.5), lowMs: leftMs(0.9), highMs: leftMs(0.1) };
}

/** The duration that a share of the operations does not exceed, by the ends of several kinds; undefined if there are none. */
export function pooledQuantile(distributions: readonly LearnedDistribution[], share: number): number | undefined {
  const total = distributions.reduce((sum, { ends }) => sum + ends, 0);
  if (total === 0) return undefined;
  const survival = (logAge: number): number =>
    distributions.reduce((sum, { ends, kernels }) => sum + ends * (1 - probabilityUpTo(kernels, logAge)), 0) / total;
  return Math.exp(bisect(survival, 1 - share, 0));
}

/**
 * The probability that an operation runs longer than this. Beyond the durations that are known, an end is as likely in each
 * e-fold of the age.
 */
function survivalAt({ kernels, doubt }: LearnedDistribution, logAge: number): number {
  return (1 - doubt) * (1 - probabilityUpTo(kernels, logAge)) + (doubt * tailFromMs) / (tailFromMs + Math.exp(logAge));
}

const tailFromMs = 1000;
// A thousand years.
const maxLogAge = 31;

/** Where a function that falls reaches a value. */
function bisect(fall: (value: number) => number, target: number, from: number): number {
  let low = from;
  let high = Math.max(maxLogAge, from);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (fall(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
