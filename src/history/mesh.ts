import type { PollingLaw } from '../polling/default-law.js';
import { probabilityUpTo, type Kernels } from './kernels.js';
import type { LearnedDistribution } from './learned-distribution.js';
import type { PricedLaw } from './priced-law.js';

/** A learned distribution on a mesh of ages: equal steps of the default's clock. */
export interface Mesh {
  /** The default's polls in a cell. */
  readonly step: number;
  /** The ages between the cells, in milliseconds. */
  readonly agesMs: Float64Array;
  /** The probability that the operation has ended at these ages. */
  readonly ended: Float64Array;
  /** The polls that the cell before each age is worth, at a price of one half: √(hazard · length / unit of lateness). */
  readonly worth: Float64Array;
}

const cellsPerPoll = 8;
const maxCells = 600;
/** How far ahead there is a table, in polls of the default. */
const maxPolls = 700;
/** The hazard of an operation that is like none before, per poll of the default. */
const unknownHazard = 0.15;

export function meshOf({ kernels, doubt, longest }: LearnedDistribution, { law, clock }: PricedLaw): Mesh {
  const polls = Math.min(clock.pollsAt(Math.exp(longest)) * 1.05 + 8, maxPolls);
  const step = Math.max(1 / cellsPerPoll, polls / maxCells);
  const length = Math.ceil(polls / step);
  const agesMs = Float64Array.from({ length }, (_, i) => clock.ageMsAt(i * step));
  const ended = endedAt(kernels, agesMs);
  const worth = new Float64Array(length);
  let survivedBefore = 1;
  for (let i = 1; i < length; i++) {
    const ageMs = agesMs[i] as number;
    const survived = (1 - doubt) * (1 - (ended[i] as number)) + doubt * Math.exp(-unknownHazard * i * step);
    const hazard = Math.max(0, Math.log(survivedBefore / survived));
    worth[i] = Math.sqrt((hazard * (ageMs - (agesMs[i - 1] as number))) / law.latenessUnitMs(ageMs));
    survivedBefore = survived;
  }
  return { step, agesMs, ended, worth };
}

/** The same mesh for another distribution of the ends. What its cells are worth stays. */
export function withKernels(mesh: Mesh, kernels: Kernels): Mesh {
  return { ...mesh, ended: endedAt(kernels, mesh.agesMs) };
}

function endedAt(kernels: Kernels, agesMs: Float64Array): Float64Array {
  return agesMs.map((ageMs) => probabilityUpTo(kernels, Math.log(ageMs)));
}

/** The probability that the operation still runs, at the number of polls of the default. The mesh must reach beyond it. */
export function runningAt({ step, ended }: Mesh, polls: number): number {
  const position = polls / step;
  const index = Math.floor(position);
  const before = ended[index] as number;
  return 1 - before - (position - index) * ((ended[index + 1] as number) - before);
}

/** The default's requests after a position on the mesh, on average. */
export function defaultRequestsAfter({ step, ended }: Mesh, position: number): number {
  let requests = 0;
  for (let i = Math.ceil(position); i < ended.length; i++) requests += (1 - (ended[i] as number)) * step;
  return requests;
}

/** The lateness to expect of polls at these ages, in units of lateness. */
export function expectedLateness({ agesMs, ended }: Mesh, law: PollingLaw, pollsMs: ArrayLike<number>): number {
  let lateness = 0;
  let next = 0;
  for (let i = 1; i < agesMs.length; i++) {
    const middleMs = ((agesMs[i] as number) + (agesMs[i - 1] as number)) / 2;
    while (next < pollsMs.length && (pollsMs[next] as number) < middleMs) next++;
    const delayMs = next < pollsMs.length ? (pollsMs[next] as number) - middleMs : law.delayMs(middleMs) / 2;
    lateness += (((ended[i] as number) - (ended[i - 1] as number)) * delayMs) / law.latenessUnitMs(middleMs);
  }
  return lateness;
}
