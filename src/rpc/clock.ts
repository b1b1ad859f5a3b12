/**
 * Milliseconds on a clock that never jumps. Whole ones, which is as fine as timers are: an object holds them without a
 * second object for each.
 */
export function now(): number {
  return Math.round(performance.now());
}
