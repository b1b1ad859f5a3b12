import type { History, RequestRecord } from '../history.js';
import { afterFreezes } from '../history.js';
import type { Invariant } from './invariant.js';
import { isOfWait, serves, waitIntervals } from './intervals.js';

/** No retry delay counts for longer. */
const maxRetryAfterMs = 600_000;
/** The last poll before a deadline comes at most this long before it. */
const maxLeadMs = 1000;

export const serverFloor: Invariant = {
  name: 'server-floor',
  promise:
    "No poll comes before the server's retry delay is over, except the last one before the deadline of a waiter. (A caller's own `poll()` and `cancel()` are requests of the caller.)",
  check: (history) => {
    // Under coalescing, requests do not say which poller sent them.
    if (history.script.client.coalescePageSize !== undefined) return [];
    const requests = history.requests.filter(isOfWait);
    return requests.flatMap((hinted) => {
      const { retryAfterMs = 0, settledMs = Infinity } = hinted;
      if (!(retryAfterMs > 0) || hinted.abortedMs !== undefined) return [];
      const untilMs = settledMs + Math.min(retryAfterMs, maxRetryAfterMs);
      return requests
        .filter((next) => isSame(next, hinted) && next.sentMs > settledMs && next.sentMs < untilMs)
        .filter((next) => !isBeforeDeadline(history, next))
        .map((next) => `${next.method} ${next.operation} at ${next.sentMs}: before ${untilMs}`);
    });
  },
};

function isSame(a: RequestRecord, b: RequestRecord): boolean {
  return a.process === b.process && a.poller === b.poller && a !== b;
}

/** Whether it is a last chance for a waiter with a time limit. */
function isBeforeDeadline(history: History, request: RequestRecord): boolean {
  return waitIntervals(history).some(
    (interval) =>
      serves(request, interval) &&
      limitsOf(history, interval.poller).some(
        (deadlineMs) => deadlineMs >= request.sentMs && deadlineMs - request.sentMs <= maxLeadMs,
      ),
  );
}

function limitsOf(history: History, poller: number): number[] {
  const limits = [
    ...history.waits
      .filter(({ script }) => script.operation * 100 + script.poller === poller)
      .map(({ joinedMs, script }) => joinedMs + (script.limitMs ?? Infinity)),
    ...history.groups.map(({ joinedMs, script }) => joinedMs + (script.limitMs ?? Infinity)),
    ...history.batches.map(({ joinedMs, limitMs }) => joinedMs + (limitMs ?? Infinity)),
  ];
  return limits.map((ms) => afterFreezes(history, ms));
}
