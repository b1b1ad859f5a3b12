import { defaultRequestsAfter, expectedLateness, runningAt, withKernels, type Mesh } from './mesh.js';
import type { LearnedDistribution } from './learned-distribution.js';
import { maxPolls, placePolls } from './place-polls.js';
import type { PricedLaw } from './priced-law.js';

/** The requests of a table, as a share of the default's, and how much more of them after a single end. */
const requestShare = { always: 0.99, atFirst: 0.06 };
/**
 * How much of the default's lateness a table may leave; how much less of it after a single end, and at a single request:
 * where the default makes few, little can be gained by moving them.
 */
const maxLateness = { always: 0.94, atFirst: 0.4, atFewRequests: 0.5 };
/** How much later than the default a table may be by the newest ends alone: a few ends of the same law may look so. */
const maxNewestLateness = 1.1;
/** The delays while a change of the durations is likely, as a share of the default's: some 3 % more requests. */
const cautiousDelay = 0.98;
const densities = { min: 1, max: 250 };
const bisections = 12;

/**
 * The ages at which to poll operations of a kind: the least lateness at no more requests than the default's, within the
 * bounds. Undefined if the default is about as good.
 *
 * After few ends, more is spent on the doubt, and more gain is required. The newest ends alone must not speak against the
 * table: the durations may have changed. While a change is likely and no table is good, the default's polls are made a little
 * denser.
 */
export function buildTable(mesh: Mesh, priced: PricedLaw, distribution: LearnedDistribution): Float32Array | undefined {
  const { ends, support, newest } = distribution;
  const requests = defaultRequests(mesh);
  const agesMs = placeWithin((requestShare.always + requestShare.atFirst / support) * requests, mesh, priced);
  if (agesMs.length === 0) return undefined;
  const { always, atFirst, atFewRequests } = maxLateness;
  const isGood = latenessShare(mesh, priced, agesMs) <= always - atFirst / support - atFewRequests / requests;
  if (!isGood && support >= ends / 2) return undefined;
  const isTrusted = isGood && !(newest && latenessShare(withKernels(mesh, newest), priced, agesMs) > maxNewestLateness);
  return Float32Array.from(isTrusted ? agesMs : defaultAges(mesh, priced, cautiousDelay).slice(0, maxPolls));
}

/** The lateness to expect of polls at these ages, as a share of the default's. */
function latenessShare(mesh: Mesh, priced: PricedLaw, agesMs: readonly number[]): number {
  const { law } = priced;
  return expectedLateness(mesh, law, agesMs) / expectedLateness(mesh, law, defaultAges(mesh, priced));
}

/** The densest polls that are at most so many requests; empty if there are none. */
function placeWithin(budget: number, mesh: Mesh, priced: PricedLaw): readonly number[] {
  let { min, max } = densities;
  let agesMs: readonly number[] = [];
  for (let i = 0; i < bisections; i++) {
    const density = Math.sqrt(min * max);
    const placed = placePolls(mesh, priced, density);
    if (placed.requests > budget) max = density;
    else {
      min = density;
      ({ agesMs } = placed);
    }
  }
  return agesMs;
}

/** The default's requests, on average. The first ones are counted one by one. */
function defaultRequests(mesh: Mesh): number {
  const first = 1 + runningAt(mesh, 1) + runningAt(mesh, 2) + runningAt(mesh, 3);
  return first + defaultRequestsAfter(mesh, Math.round(3.5 / mesh.step));
}

/** The ages at which the default polls, with delays of a share of its own. */
function defaultAges(mesh: Mesh, { clock }: PricedLaw, share = 1): readonly number[] {
  const length = Math.floor(mesh.agesMs.length * mesh.step);
  return Array.from({ length }, (_, polls) => clock.ageMsAt(share * (polls + 1)));
}
