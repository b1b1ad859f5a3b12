// The least delay that any schedule can have for a distribution of durations that it knows, at a number of requests, within
// the bounds that the package keeps.
import { defaultLaw } from '../../src/polling/default-law.js';
import { medians, rttMs, type Median } from './detection-figures.js';
import { boundedOracle, type OracleBounds } from './bounded-oracle.js';

export interface Limit {
  readonly requests: number;
  readonly meanDelayMs: number;
  readonly meanPercent: number;
}

const law = defaultLaw();
const bounds: OracleBounds = { maxDelayMs: (ageMs) => 1.75 * law.delayMs(ageMs) };
const samples = 2000;
/** The durations of a sample are within this part of a logarithm. */
const width = 0.7;

/** The limit; undefined if there is no schedule within the bounds, or the grid is too coarse for so many requests. */
export function leastDelayMs(duration: Median, requests: number): Limit | undefined {
  const medianMs = medians[duration];
  const logStep = medianMs < 1_000_000 ? 0.0025 : 0.0005;
  if (requests > width / logStep / 6) return undefined;
  const sample = Array.from({ length: samples }, (_, i) => medianMs * Math.exp(width * ((i + 0.5) / samples - 0.5)));
  try {
    const { requests: actual, latenessMs } = boundedOracle(law, sample, requests, bounds, logStep);
    // Its polls take a round trip as well: the state is that of half of it before, and known half of it later.
    const meanDelayMs = latenessMs + rttMs / 2;
    return { requests: actual, meanDelayMs, meanPercent: (100 * meanDelayMs) / medianMs };
  } catch {
    return undefined;
  }
}
