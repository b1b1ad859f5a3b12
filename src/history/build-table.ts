import { defaultRequestsAfter, expectedLateness, runningAt, type Mesh } from './mesh.js';
import { placePolls } from './place-polls.js';
import type { PricedLaw } from './priced-law.js';

/** The requests of a table, as a share of the default's, and how much more of them after a single end. */
const requestShare = { always: 0.99, atFirst: 0.06 };
/**
 * How much of the default's lateness a table may leave; how much less of it after a single end, and at a single request:
 * where the default makes few, little can be gained by moving them.
 */
const maxLateness = { always: 0.94, atFirst: 0.4, atFewRequests: 0.5 };
const densities = { min: 1, max: 250 };
const bisections = 12;

/**
 * The ages at which to poll operations of a kind: the least lateness at no more requests than the default's, within the
 * bounds. Undefined if the default is about as good.
 *
 * @param support - how many ends the distribution rests on. With few, more is spent on the doubt, and more gain is required.
 */
export function buildTable(mesh: Mesh, priced: PricedLaw, support: number): Float32Array | undefined {
  const requests = defaultRequests(mesh);
  const agesMs = placeWithin((requestShare.always + requestShare.atFirst / support) * requests, mesh, priced);
  if (agesMs.length === 0) return undefined;
  const { law } = priced;
  const lateness = expectedLateness(mesh, law, agesMs) / expectedLateness(mesh, law, defaultAges(mesh, priced));
  const { always, atFirst, atFewRequests } = maxLateness;
  return lateness <= always - atFirst / support - atFewRequests / requests ? Float32Array.from(agesMs) : undefined;
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

function defaultAges(mesh: Mesh, { clock }: PricedLaw): readonly number[] {
  return Array.from({ length: Math.floor(mesh.agesMs.length * mesh.step) }, (_, polls) => clock.ageMsAt(polls + 1));
}
