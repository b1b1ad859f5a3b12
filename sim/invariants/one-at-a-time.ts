import type { Invariant } from './invariant.js';
import { isOfWait } from './intervals.js';

export const oneAtATime: Invariant = {
  name: 'one-at-a-time',
  promise:
    'A poller has at most one poll and one server-side wait under way, and the client at most `maxConcurrentServerWaits`.',
  check: (history) => {
    const { maxConcurrentServerWaits = 32 } = history.script.client;
    const { ignoresSignals } = history.script.service;
    const requests = history.requests.filter((one) => isOfWait(one) && one.poller !== undefined);
    const isOver = (endMs: number | undefined, atMs: number): boolean => endMs !== undefined && endMs <= atMs;
    const open = (atMs: number, one: (typeof requests)[number]): boolean =>
      one.sentMs <= atMs && !isOver(one.settledMs, atMs) && !isOver(one.abortedMs, atMs);
    const crowded = requests.filter((one, index) =>
      requests
        .slice(0, index)
        .some(
          (other) =>
            other.process === one.process &&
            other.poller === one.poller &&
            other.method === one.method &&
            open(one.sentMs, other),
        ),
    );
    // A request that ignores its signal stays open at the service, which is not the client's fault.
    const isTooMany = !ignoresSignals && history.maxOpenWaits > maxConcurrentServerWaits;
    return [
      ...crowded.map(({ method, operation, sentMs }) => `two ${method} of ${operation} are under way at ${sentMs}`),
      ...(isTooMany ? [`${history.maxOpenWaits} server-side waits were open at once`] : []),
    ];
  },
};
