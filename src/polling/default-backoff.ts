import type { PollingBackoff, PollingState } from './backoff.js';
import { loadOf, minDelayMs, squareRootDelayMs } from './default-law.js';
import type { PollPlacement } from './events.js';

const firstAgeMs = 1600;

/**
 * The default schedule: `min(0.35 × age, √(2 × price × age))`, at least 400 ms and at most 60.5 seconds. The first poll comes
 * when the operation is 1.44 to 1.6 seconds old.
 *
 * The price of a request is how much later than necessary the end may be detected to save one request: `requestPriceMs`,
 * 500 by default, and in proportion more if the client waits for more than 20 operations, up to four times. If the end is
 * as likely in each e-fold of the age, the square root minimizes the mean delay plus the price of the requests. In the
 * first seconds a delay counts in relation to the age: 35 % of it, or 40 % where progress metadata predict a distant end.
 *
 * A `history` that knows the kind of operation decides. Without it, until the age is twice `expectedMs`: after the first
 * poll there is none before half of it, then one every 5 % of it, at least a second apart. An operation that takes longer
 * than expected is polled at 40 % of the plain delay, if that is more. A wrong expectation costs little: except for that
 * first half, a delay is at most 1.75 times the plain one.
 */
export const defaultBackoff: PollingBackoff = (state) => {
  const { ageMs, nextAgeMs, jitter, expectedMs = 0, remainingMs = 0, requestPriceMs = 500, activeWaits = 0 } = state;
  if (nextAgeMs !== undefined) return nextAgeMs - ageMs;
  if (isFirstLook(state)) return Math.max(firstAgeMs - 160 * jitter - ageMs, minDelayMs);
  // A distant predicted end needs no close watch at first. That pays for the polls near the end.
  const ageShare = remainingMs > ageMs ? 0.4 : 0.35;
  const plainMs = squareRootDelayMs(ageMs, requestPriceMs * loadOf(activeWaits), ageShare);
  if (!isExpected(state)) return plainMs;
  const stepMs = Math.max(0.05 * expectedMs, ageMs > expectedMs ? 0.4 * plainMs : 0, Math.min(1000, plainMs));
  return Math.max(expectedMs / 2 - ageMs, Math.min(stepMs, 1.75 * plainMs));
};

/** What {@link defaultBackoff} bases the delay on. */
export function placedByDefault(state: PollingState): PollPlacement {
  if (state.nextAgeMs !== undefined) return 'history';
  return isExpected(state) && !isFirstLook(state) ? 'expectation' : 'age';
}

function isFirstLook({ attempt, ageMs }: PollingState): boolean {
  return attempt === 0 && ageMs < firstAgeMs;
}

/** Whether the expected duration decides: up to twice of it. */
function isExpected({ ageMs, expectedMs = 0 }: PollingState): boolean {
  return ageMs < 2 * expectedMs;
}
