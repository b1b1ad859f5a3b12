import { scramble, type End } from './end-record.js';

/** Where the logarithm of an operation's duration lies. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Whether it is a guess, because the wait was aborted. */
  readonly isGuess: boolean;
}

// That it ran long before says little.
const maxWidth = 2 * Math.LN2;
// An operation that was done at its first poll: that is the end of a tail, which is dense near that poll. As wide as the widest
// interval between later polls: otherwise a table would spend requests on ages at which hardly an operation ends.
const maxFirstWidth = 0.5;
const firstPollMs = 200;
// If no known end is later than an aborted wait.
const guessedFactor = 1.6;

/** The intervals of ends. For an aborted wait one of the known ends after it stands in, or a guess. */
export function intervalsOf(ends: readonly End[]): readonly Interval[] {
  const known = ends.filter(({ doneAtMs }) => doneAtMs < Infinity);
  return ends.map((end) => {
    const { runningAtMs, doneAtMs } = end;
    if (doneAtMs < Infinity) return intervalOf(runningAtMs, doneAtMs, false);
    const later = known.filter((other) => other.runningAtMs >= runningAtMs);
    const drawn = later[Math.floor(scramble(end) * later.length)];
    if (drawn) return intervalOf(drawn.runningAtMs, drawn.doneAtMs, true);
    return intervalOf(runningAtMs, runningAtMs * guessedFactor, true);
  });
}

/** The interval of an end between two ages in milliseconds. */
export function intervalOf(runningAtMs: number, doneAtMs: number, isGuess: boolean): Interval {
  // Shorter than a millisecond is a millisecond.
  const high = Math.log(Math.max(doneAtMs, 1));
  const width = runningAtMs < firstPollMs ? maxFirstWidth : maxWidth;
  return { low: Math.min(Math.max(Math.log(Math.max(runningAtMs, 1)), high - width), high), high, isGuess };
}
