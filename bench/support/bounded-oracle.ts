// The best schedule for a known distribution, within the same bounds: by dynamic programming on a grid of log-ages. Nothing
// that learns can beat it.
import type { PollingLaw } from '../../src/polling/default-law.js';

const firstMs = 400;
const minDelayMs = 200;
const maxFirstMs = 2170;

export interface OracleBounds {
  /** The longest delay after a poll at this age. */
  maxDelayMs(ageMs: number): number;
}

/** A schedule's cost for a sample of durations. */
export interface Cost {
  readonly requests: number;
  /** The mean lateness, in units of lateness. */
  readonly lateness: number;
  /** The mean lateness in milliseconds. */
  readonly latenessMs: number;
}

/** The cost of polls at these ages for a sorted sample. After the last one the law decides. */
function costOf(law: PollingLaw, agesMs: readonly number[], sample: readonly number[]): Cost {
  let requests = 0;
  let lateness = 0;
  let latenessMs = 0;
  let polls = 0;
  let nextMs = agesMs[0] ?? law.firstPollMs;
  for (const durationMs of sample) {
    while (nextMs < durationMs) {
      polls++;
      nextMs = agesMs[polls] ?? nextMs + law.delayMs(nextMs);
    }
    requests += polls + 1;
    lateness += (nextMs - durationMs) / law.latenessUnitMs(durationMs);
    latenessMs += nextMs - durationMs;
  }
  const n = sample.length;
  return { requests: requests / n, lateness: lateness / n, latenessMs: latenessMs / n };
}

/** The least lateness at this mean number of requests, and the polls that achieve it. */
export function boundedOracle(
  law: PollingLaw,
  sample: readonly number[],
  requests: number,
  bounds: OracleBounds,
  logStep = 0.0025,
): Cost & { readonly agesMs: readonly number[] } {
  const grid = gridOf(law, sample, logStep);
  let [low, high] = [1e-7, 10];
  let best: (Cost & { readonly agesMs: readonly number[] }) | undefined;
  for (let i = 0; i < 24; i++) {
    const price = Math.sqrt(low * high);
    const agesMs = bestAges(grid, price, bounds);
    const cost = costOf(law, agesMs, sample);
    if (cost.requests > requests) low = price;
    else {
      high = price;
      best = { ...cost, agesMs };
    }
  }
  if (!best) throw new Error('There is no schedule within the bounds for so few requests');
  return best;
}

interface Grid {
  readonly agesMs: Float64Array;
  /** The share of the sample that has ended. */
  readonly ended: Float64Array;
  /** The sum of 1 / unit, and of duration / unit, over the durations up to each age, divided by their number. */
  readonly perUnit: Float64Array;
  readonly inUnits: Float64Array;
}

function gridOf(law: PollingLaw, sample: readonly number[], logStep: number): Grid {
  const lastMs = sample.at(-1)! * 1.001;
  const length = Math.ceil(Math.log(lastMs / firstMs) / logStep) + 2;
  // The first is the start.
  const agesMs = Float64Array.from({ length }, (_, i) => (i === 0 ? 0 : firstMs * Math.exp((i - 1) * logStep)));
  const [ended, perUnit, inUnits] = [0, 1, 2].map(() => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [index, sumPerUnit, sumInUnits] = [0, 0, 0];
  agesMs.forEach((ageMs, i) => {
    for (; index < sample.length && sample[index]! <= ageMs; index++) {
      const unitMs = law.latenessUnitMs(sample[index]!);
      sumPerUnit += 1 / unitMs;
      sumInUnits += sample[index]! / unitMs;
    }
    ended[i] = index / sample.length;
    perUnit[i] = sumPerUnit / sample.length;
    inUnits[i] = sumInUnits / sample.length;
  });
  return { agesMs, ended, perUnit, inUnits };
}

function bestAges({ agesMs, ended, perUnit, inUnits }: Grid, price: number, bounds: OracleBounds): readonly number[] {
  const n = agesMs.length;
  const cost = new Float64Array(n);
  const next = new Int32Array(n);
  for (let i = n - 2; i >= 0; i--) {
    const ageMs = agesMs[i]!;
    const latestMs = (i > 0 ? ageMs + bounds.maxDelayMs(ageMs) : maxFirstMs) * 1.0001;
    let [best, at] = [Infinity, i + 1];
    for (let j = i + 1; j < n; j++) {
      const pollMs = agesMs[j]!;
      if (pollMs > latestMs && best < Infinity) break;
      if (pollMs < ageMs + minDelayMs && j < n - 1) continue;
      const value = pollMs * (perUnit[j]! - perUnit[i]!) - (inUnits[j]! - inUnits[i]!) + cost[j]!;
      if (value < best) [best, at] = [value, j];
    }
    cost[i] = best + price * (1 - ended[i]!);
    next[i] = at;
  }
  const ages: number[] = [];
  for (let i = next[0]!; ; i = next[i]!) {
    ages.push(agesMs[i]!);
    if (i >= n - 1) return ages;
  }
}
