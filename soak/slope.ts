/** A slope and its standard error. */
export interface Slope {
  readonly slope: number;
  readonly error: number;
}

/** The slope of a line through points by least squares, and its standard error. Both are 0 for fewer than three points. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  const n = points.length;
  if (n < 3) return { slope: 0, error: 0 };
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / spread) };
}
