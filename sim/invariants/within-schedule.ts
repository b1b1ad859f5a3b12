import type { History, RequestRecord } from '../history.js';
import type { Invariant } from './invariant.js';
import { isOfWait, serves, waitIntervals, type Interval } from './intervals.js';

export const withinSchedule: Invariant = {
  name: 'within-schedule',
  promise: 'No more requests are sent than the schedule allows, and one for each thing that may cost one.',
  check: (history) => {
    const requests = history.requests.filter(isOfWait);
    const pollers = new Map(
      waitIntervals(history).map((interval) => [`${interval.process}/${interval.poller}`, interval]),
    );
    const { coalescePageSize } = history.script.client;
    const boundOf = (interval: Interval): number => maxRequests(history, requests, interval);
    if (coalescePageSize === undefined) {
      return [...pollers.values()].flatMap((interval) => {
        const sent = requests.filter((request) => serves(request, interval)).length;
        const bound = boundOf(interval);
        return sent > bound ? [`poller ${interval.poller}: ${sent} requests, more than ${bound}`] : [];
      });
    }
    // Under coalescing: no more than all pollers alone would send, and the lists that do not pay off.
    const bound = [...pollers.values()].reduce((sum, interval) => sum + boundOf(interval), 0) * 2 + 10;
    return requests.length > bound ? [`${requests.length} requests, more than ${bound}`] : [];
  },
};

/** The longest delay of the default schedule, and the age from which on it applies. */
const maxDelayMs = 60_500;
const capAgeMs = 60.5 ** 2 * 1000;

function maxRequests(
  history: History,
  requests: readonly RequestRecord[],
  { process, operation, poller }: Interval,
): number {
  const waits = waitIntervals(history).filter((one) => one.process === process && one.poller === poller);
  const own = requests.filter(
    (one) => one.process === process && (one.operation === operation || one.operation === -1),
  );
  const waitedMs = Math.max(...waits.map(({ toMs }) => toMs)) - Math.min(...waits.map(({ fromMs }) => fromMs));
  const disturbances = history.acts.filter((one) => one.operation === operation).length;
  const failures = own.filter(
    ({ failed, settledMs, abortedMs, fault }) =>
      failed || settledMs === undefined || abortedMs !== undefined || fault !== undefined,
  ).length;
  const held = own.filter(({ method }) => method === 'WaitOperation').length;
  const extra =
    6 + failures + 4 * waits.length + 3 * disturbances + history.freezes.length + Math.min(held, 6 + waitedMs / 2500);
  return Math.ceil((1 + disturbances) * regularRequests(history, waitedMs) + extra);
}

/**
 * How many polls a schedule has in a time. By default the delay is the square root of the age in seconds, 60.5 s at most:
 * that is twice the square root of the age polls, and about ten of the first seconds.
 */
function regularRequests({ script }: History, waitedMs: number): number {
  const { constantBackoffMs, expectedMs } = script.client;
  if (constantBackoffMs !== undefined) return waitedMs / (constantBackoffMs - 1) + 1;
  // An expectation and a history may place a poll every 5 % of it, a second apart at least.
  const expected = expectedMs === undefined && !script.client.learns ? 0 : 60;
  const cappedMs = Math.max(0, waitedMs - capAgeMs);
  return 10 + expected + 2 * Math.sqrt((waitedMs - cappedMs) / 1000) + cappedMs / maxDelayMs;
}
