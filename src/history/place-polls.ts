import { earliestMs, latestMs } from './bounds.js';
import { defaultRequestsAfter, runningAt, type Mesh } from './mesh.js';
import type { PricedLaw } from './priced-law.js';

/** Polls of a running operation, and how many requests they are on average. */
export interface PlacedPolls {
  readonly agesMs: readonly number[];
  readonly requests: number;
}

// A long tail is left to the default, so that a table stays small.
export const maxPolls = 280;

/**
 * Polls where the worth of the cells adds up to `1 / density`, within the bounds. (Keller's inspection density: the best
 * polls are as dense as the root of hazard over price.)
 */
export function placePolls(mesh: Mesh, { law, clock }: PricedLaw, density: number): PlacedPolls {
  const agesMs: number[] = [];
  let requests = 1;
  let ageMs = 0;
  let position = 0;
  while (agesMs.length < maxPolls) {
    const latest = latestMs(law, ageMs);
    const next = advance(mesh, position, 1 / density, latest);
    if (next >= mesh.agesMs.length - 1) break;
    ageMs = Math.min(latest, Math.max(earliestMs(clock, ageMs, agesMs.length), ageMsAt(mesh, next)));
    const polls = clock.pollsAt(ageMs);
    position = polls / mesh.step;
    if (position >= mesh.agesMs.length - 1) break;
    agesMs.push(ageMs);
    requests += runningAt(mesh, polls);
  }
  return { agesMs, requests: requests + defaultRequestsAfter(mesh, position) };
}

/** The position on the mesh where the worth after another has added up, or the one of the latest age. */
function advance({ agesMs, worth }: Mesh, position: number, sum: number, latest: number): number {
  let index = Math.floor(position) + 1;
  let share = index - position;
  let missing = sum;
  for (; index < worth.length; index++, share = 1) {
    const available = (worth[index] as number) * share;
    if (available >= missing) return index - share + (share * missing) / available;
    missing -= available;
    if ((agesMs[index] as number) >= latest) return index;
  }
  return index;
}

function ageMsAt({ agesMs }: Mesh, position: number): number {
  const index = Math.floor(position);
  const from = agesMs[index] as number;
  return from + (position - index) * ((agesMs[index + 1] as number) - from);
}
