import type { Interval } from './interval.js';
import type { Mesh } from './mesh.js';

/** A distribution in few bytes: the logarithms of its quantiles at equal steps. */
export type QuantileGrid = Float32Array;

// One array of at most 64 bytes, which has no buffer of its own.
const steps = 15;
const minHalfWidth = 0.025;
// Per e-fold of the duration.
const minDensity = 0.25;

/** The quantiles of a learned distribution. */
export function quantileGridOf({ agesMs, ended }: Mesh): QuantileGrid {
  let index = 1;
  return Float32Array.from({ length: steps + 1 }, (_, step) => {
    // The first and the last stand for the tails.
    const share = Math.min(Math.max(step, 0.5), steps - 0.5) / steps;
    while (index < agesMs.length - 1 && (ended[index] as number) < share) index++;
    return Math.log(agesMs[index] as number);
  });
}

/** Whether an end is where few were expected. */
export function isSurprise(grid: QuantileGrid, { low, high }: Interval): boolean {
  const middle = (low + high) / 2;
  const half = Math.max((high - low) / 2, minHalfWidth);
  return probabilityUpTo(grid, middle + half) - probabilityUpTo(grid, middle - half) < minDensity * 2 * half;
}

function probabilityUpTo(grid: QuantileGrid, value: number): number {
  const above = grid.findIndex((quantile) => quantile > value);
  if (above <= 0) return above < 0 ? 1 : 0;
  const from = grid[above - 1] as number;
  return (above - 1 + (value - from) / ((grid[above] as number) - from)) / steps;
}
