import { assertNumber, assertOptions, isAtLeast, type OptionRules } from '../arguments.js';

/** The input of a {@link PollingBackoff}. More fields may be added. */
export interface PollingState {
  /** How long the operation has been running, in milliseconds, as far as is known. */
  readonly ageMs: number;
  /** How many delays of this poller came before this one: 0 for the first. */
  readonly attempt: number;
  /** A random number in [0, 1), drawn once per poller, so that pollers started together do not poll together. */
  readonly jitter: number;
  /** The remaining duration predicted from progress metadata, in milliseconds; undefined without such metadata. */
  readonly remainingMs?: number | undefined;
  /** The poller's `expectedMs`; undefined after a cancel, when the operation may end at any time. */
  readonly expectedMs?: number | undefined;
  /** The operation's age at the next poll by the poller's `history`; undefined without one that says it. */
  readonly nextAgeMs?: number | undefined;
  /** The poller's `requestPriceMs`. */
  readonly requestPriceMs?: number | undefined;
  /** How many operations the client waits for. */
  readonly activeWaits?: number | undefined;
}

/**
 * The delay until the next poll of a running operation, in milliseconds. A pure function of the state, so that one backoff
 * serves any number of pollers, and a resumed wait continues as it would have. `Infinity`: do not poll.
 */
export type PollingBackoff = (state: PollingState) => number;

/** Options of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /**
   * The minimum delay, in milliseconds.
   * @defaultValue 500
   */
  initialDelayMs?: number | undefined;
  /**
   * The factor by which the operation's age grows from one poll to the next.
   * @defaultValue 1.25
   */
  multiplier?: number | undefined;
  /**
   * The maximum delay, in milliseconds.
   * @defaultValue 60000
   */
  maxDelayMs?: number | undefined;
}

const backoffOptionRules: OptionRules<ExponentialBackoffOptions> = {
  initialDelayMs: isAtLeast(1),
  multiplier: isAtLeast(1),
  maxDelayMs: undefined, // depends on initialDelayMs
};

/**
 * Polls at a geometric series of ages: the delay is `(multiplier − 1) × age`, at least `initialDelayMs` and at most
 * `maxDelayMs`. The end is detected at most `max(initialDelayMs, (multiplier − 1) × age)` late, half of that on average.
 * The number of polls grows with the logarithm of the duration until `maxDelayMs` is reached.
 *
 * Only the first delay has jitter: it is a random part of its full length.
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
  assertOptions('poll', options, backoffOptionRules);
  const { initialDelayMs = 500, multiplier = 1.25, maxDelayMs = Math.max(60_000, initialDelayMs) } = options;
  assertNumber('poll', 'maxDelayMs', maxDelayMs, initialDelayMs);
  return ({ ageMs, attempt, jitter }) => {
    // 0 × Infinity is NaN.
    const delayMs = Math.min(Math.max((multiplier - 1) * ageMs || 0, initialDelayMs), maxDelayMs);
    return delayMs * (attempt === 0 ? 1 - jitter : 1);
  };
}

/**
 * Polls at a fixed interval.
 *
 * @param delayMs - the delay between two polls, in milliseconds. `Infinity`: do not poll.
 * @throws RangeError if it is negative.
 */
export function constantBackoff(delayMs: number): PollingBackoff {
  assertNumber('poll', 'delayMs', delayMs, 0);
  return () => delayMs;
}
