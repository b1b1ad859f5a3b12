import { doubtOf, experts, logistic, minWeight, rateOf, varianceOf, type Expert } from './experts.js';
import type { Sample } from './sample.js';

const evidenceMemory = 0.95;
// Of the best expert's share; smaller shares are zero.
const minShare = 0.1;

/** How much each expert is trusted: by how well it would have predicted each end from the ends before it. The sum is 1. */
export function sharesOf(sample: Sample): readonly number[] {
  const scores = experts.map((expert) => scoreOf(expert, sample) - expert.penalty);
  const best = Math.max(...scores);
  const shares = normalize(scores.map((score) => Math.exp(score - best)));
  return normalize(shares.map((share) => (share < minShare ? 0 : share)));
}

function normalize(values: readonly number[]): readonly number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

function scoreOf(expert: Expert, sample: Sample): number {
  let score = 0;
  for (let index = 1; index < sample.centres.length; index++) {
    if (sample.isGuess[index] !== true) score = evidenceMemory * score + evidenceAt(expert, sample, index);
  }
  return score;
}

/** The logarithm of the probability of an end, given those before it. */
function evidenceAt(expert: Expert, { centres, variances }: Sample, index: number): number {
  const half = Math.max(Math.sqrt(3 * (variances[index] as number)), 0.025);
  const centre = centres[index] as number;
  const kernelVariance = varianceOf(expert, index);
  let probability = 0;
  let sum = 0;
  let weight = 1;
  for (let before = index - 1; before >= 0 && weight > minWeight; before--, weight *= expert.memory) {
    const rate = rateOf(kernelVariance + (variances[before] as number));
    const distance = (centre - (centres[before] as number)) * rate;
    const width = half * rate;
    sum += weight;
    probability += weight * (logistic(distance + width) - logistic(distance - width));
  }
  const doubt = doubtOf(expert, index);
  return Math.log(Math.max(doubt * 0.3 * half + ((1 - doubt) * probability) / sum, 1e-9));
}
