import { assertNumber, assertNumbers } from '../arguments.js';

/** What a {@link PollingBackoff} may look at. More may be added. */
export interface PollingState {
  /** How long the operation has been running, in milliseconds, as far as is known. */
  readonly ageMs: number;
  /** How many delays this poller has asked for before this one: 0 for the first. */
  readonly attempt: number;
  /** A number in [0, 1) drawn once for the poller, so that many pollers started together do not poll together. */
  readonly jitter: number;
  /** How long it should still run by the progress that its metadata tell, in milliseconds; undefined: they do not. */
  readonly remainingMs?: number | undefined;
}

/**
 * How long to wait until the next poll of an operation that runs, in milliseconds: a pure function of the state, so
 * that one backoff serves any number of pollers and a resumed wait goes on as it would have. `Infinity`: do not poll.
 */
export type PollingBackoff = (state: PollingState) => number;

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /**
   * The shortest delay, in milliseconds.
   * @defaultValue 500
   */
  initialDelayMs?: number | undefined;
  /**
   * How the times of the polls grow: each comes when the operation is this many times as old as at the one before.
   * @defaultValue 1.25
   */
  multiplier?: number | undefined;
  /**
   * The longest delay, in milliseconds.
   * @defaultValue 60000
   */
  maxDelayMs?: number | undefined;
}

/**
 * Polls at a geometric series of ages: the next delay is `(multiplier − 1) × age`, not under `initialDelayMs`, not over
 * `maxDelayMs`. So an end is noticed at most `max(initialDelayMs, (multiplier − 1) × age)` after it came, half of that
 * on average, and the number of polls grows with the logarithm of the duration until `maxDelayMs` is reached.
 *
 * There is no jitter but a random first phase: the first delay is a random part of what it would be.
 *
 * @example With the defaults: at most every 500 ms for the first two seconds; then, after 10 s every 2.5 s; after a
 * minute every 15 s; from four minutes on once a minute.
 * ```ts
 * client.poller(name, info, { backoff: exponentialBackoff({ multiplier: 1.1, maxDelayMs: 300_000 }) });
 * ```
 *
 * @throws RangeError if `initialDelayMs` is less than 1, `multiplier` is less than 1 or `maxDelayMs` less than
 * `initialDelayMs`.
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): PollingBackoff {
  const { initialDelayMs = 500, multiplier = 1.25, maxDelayMs = Math.max(60_000, initialDelayMs) } = options;
  assertNumbers(
    'poll',
    { initialDelayMs, multiplier, maxDelayMs },
    { initialDelayMs: 1, multiplier: 1, maxDelayMs: initialDelayMs },
  );
  return ({ ageMs, attempt, jitter }) => {
    // A multiplier of Infinity makes nothing of an age of nothing.
    const delayMs = Math.min(Math.max((multiplier - 1) * ageMs || 0, initialDelayMs), maxDelayMs);
    return delayMs * (attempt === 0 ? 1 - jitter : 1);
  };
}

/**
 * Polls at a fixed interval.
 *
 * @param delayMs - the delay between two polls, in milliseconds; `Infinity`: do not poll.
 * @throws RangeError if it is negative.
 */
export function constantBackoff(delayMs: number): PollingBackoff {
  assertNumber('poll', 'delayMs', delayMs, 0);
  return () => delayMs;
}

// After the first seconds. About a poll a minute is what a long operation may cost; the half second more keeps the
// count under that of clients which wait a minute after each answer.
const steadyBackoff = exponentialBackoff({ multiplier: 1.24, maxDelayMs: 60_500 });

/**
 * The default: the first look when the operation is 1.44 to 1.6 seconds old, then one every 400 ms until it is 2.4
 * seconds old, then at a geometric series of ages, each 1.24 times the one before, until the delay has grown to 60.5
 * seconds, at an age of four minutes.
 *
 * So the end of an operation that is over before the first look is noticed by that look. Up to four minutes it is noticed
 * at most 400 ms late, or 24 % of the duration where that is more, and 11 % on average; after that at most 60.5 seconds
 * late, and half of that on average. The time that a request takes comes on top. Where the metadata predict an end that is
 * far off, the delay is 36 % of the age until it is 2.4 seconds, and not under 400 ms.
 */
export const defaultBackoff: PollingBackoff = (state) => {
  const { ageMs, attempt, jitter, remainingMs = 0 } = state;
  if (ageMs >= 2400) return steadyBackoff(state);
  if (attempt === 0) return Math.max(1600 - 160 * jitter - ageMs, 400);
  // What says that it will take long need not be watched closely at first: that pays for the polls near its end.
  return ageMs + remainingMs < 4800 ? 400 : Math.max(0.36 * ageMs, 400);
};
