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
  for (let i = 0; i < steps; i++) {
    const endMs = aroundMs * spread ** ((i + 0.5) / steps - 0.5);
    for (let j = 0; j < steps; j++) {
      let ageMs = 0;
      for (let attempt = 0; ageMs < endMs; attempt++, polls++) {
        ageMs += backoff({ ageMs, attempt, jitter: (j + 0.5) / steps });
      }
      lateMs += ageMs - endMs;
    }
  }
  return { polls: polls / steps ** 2, lateMs: lateMs / steps ** 2 };
}
