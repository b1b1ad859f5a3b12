import type { End } from './end-record.js';
import { sharesOf } from './expert-shares.js';
import { countOf, doubtOf, experts, type Expert } from './experts.js';
import { intervalsOf } from './interval.js';
import { kernelsOf, mixKernels, type Kernels } from './kernels.js';
import { narrow } from './narrow.js';
import { sampleOf, type Sample } from './sample.js';

/** What is known about the duration of the next operation of a kind. */
export interface LearnedDistribution {
  /** The number of ends. */
  readonly ends: number;
  /** How many ends it rests on: fewer than there are while the old ones are being forgotten. */
  readonly support: number;
  /** The distribution of the duration's logarithm. */
  readonly kernels: Kernels;
  /** That of the newest ends alone; undefined if there are hardly any others. */
  readonly newest: Kernels | undefined;
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
    sample = narrow(intervals, sample, bestOf(shares));
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
    newest: ends.length < 2 * newestEnds ? undefined : newestOf(sample, bestOf(shares)),
    doubt: chosen.reduce((sum, { expert, share }) => sum + share * doubtOf(expert, ends.length), 0),
    longest: Math.max(...sample.centres),
  };
}

const narrowingPasses = 2;
const newestEnds = 4;
const maxNewestBandwidth = 0.15;

function bestOf(shares: readonly number[]): Expert {
  return experts[shares.indexOf(Math.max(...shares))] as Expert;
}

/** The distribution of the newest ends, each as good as another, and spread no more than the best expert does. */
function newestOf({ centres, variances }: Sample, best: Expert): Kernels {
  const expert = { ...best, bandwidth: Math.min(best.bandwidth, maxNewestBandwidth), memory: 0.99 };
  return kernelsOf(expert, { centres: centres.slice(-newestEnds), variances: variances.slice(-newestEnds) });
}
