import type { End } from './end-record.js';
import { sharesOf } from './expert-shares.js';
import { countOf, doubtOf, experts, type Expert } from './experts.js';
import { intervalsOf } from './interval.js';
import { kernelsOf, mixKernels, type Kernels } from './kernels.js';
import { narrow } from './narrow.js';
import { sampleOf } from './sample.js';

/** What is known about the duration of the next operation of a kind. */
export interface LearnedDistribution {
  /** The number of ends. */
  readonly ends: number;
  /** How many ends it rests on: fewer than there are while the old ones are being forgotten. */
  readonly support: number;
  /** The distribution of the duration's logarithm. */
  readonly kernels: Kernels;
  /** The probability that the next duration is like none before. */
  readonly doubt: number;
  /** The logarithm of the longest duration that is known. */
  readonly longest: number;
}

/** Learns a distribution from at least one end. A pure function: the same ends give the same distribution. */
export function learn(ends: readonly End[]): LearnedDistribution {
  const intervals = intervalsOf(ends);
  let sample = sampleOf(intervals);
  let shares = sharesOf(sample);
  for (let pass = 0; pass < narrowingPasses; pass++) {
    const best = experts[shares.indexOf(Math.max(...shares))] as Expert;
    sample = narrow(intervals, sample, best);
    shares = sharesOf(sample);
  }
  const chosen = experts.flatMap((expert, index) => {
    const share = shares[index] as number;
    return share > 0 ? [{ expert, share }] : [];
  });
  return {
    ends: ends.length,
    support: chosen.reduce((sum, { expert, share }) => sum + share * countOf(expert, ends.length), 0),
    kernels: mixKernels(chosen.map(({ expert, share }) => [share, kernelsOf(expert, sample)])),
    doubt: chosen.reduce((sum, { expert, share }) => sum + share * doubtOf(expert, ends.length), 0),
    longest: Math.max(...sample.centres),
  };
}

const narrowingPasses = 2;
