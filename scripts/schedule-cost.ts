import type { PollingBackoff } from '../src/polling/backoff.js';

/** What a schedule costs. */
export interface ScheduleCost {
  /** The mean number of requests. */
  readonly polls: number;
  /** The mean time from the end of the operation until it is detected, in milliseconds. */
  readonly lateMs: number;
}

/**
 * The means over durations spread evenly, on a logarithmic scale, around the given one, and over all jitters. Requests take
 * no time in this model.
 *
 * @param spread - the longest duration divided by the shortest.
 * @param steps - how many durations, and how many jitters of each.
 */
export function scheduleCost(
  backoff: PollingBackoff,
  aroundMs: number,
  spread = Math.exp(0.7),
  steps = 30,
): ScheduleCost {
  let [polls, lateMs] = [0, 0];
  const endsMs = Array.from({ length: steps }, (_, i) => aroundMs * spread ** ((i + 0.5) / steps - 0.5));
  for (let j = 0; j < steps; j++) {
    const jitter = (j + 0.5) / steps;
    let [ageMs, attempt] = [0, 0];
    // The ages of the polls are the same for all ends: a longer duration has more of them.
    for (const endMs of endsMs) {
      while (ageMs < endMs) ageMs += backoff({ ageMs, attempt: attempt++, jitter });
      polls += attempt;
      lateMs += ageMs - endMs;
    }
  }
  return { polls: polls / steps ** 2, lateMs: lateMs / steps ** 2 };
}
