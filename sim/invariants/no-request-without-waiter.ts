import type { Invariant } from './invariant.js';
import { isOfWait, serves, waitIntervals } from './intervals.js';

export const noRequestWithoutWaiter: Invariant = {
  name: 'no-request-without-waiter',
  promise: 'Nothing is sent, and no request stays open, once the last waiter has left.',
  check: (history) => {
    const intervals = waitIntervals(history);
    return history.requests.filter(isOfWait).flatMap((request) => {
      const { method, operation, sentMs, settledMs, abortedMs, process } = request;
      const serving = intervals.filter((interval) => serves(request, interval));
      if (!serving.some(({ fromMs, toMs }) => fromMs <= sentMs && sentMs <= toMs)) {
        return [`${method} ${operation} at ${sentMs}: no waiter`];
      }
      const openMs = Math.min(
        settledMs ?? Infinity,
        abortedMs ?? Infinity,
        history.processes[process]!.diedMs ?? Infinity,
      );
      const lastMs = Math.max(...serving.map(({ toMs }) => toMs));
      return openMs > lastMs ? [`${method} ${operation} at ${sentMs}: open after the last waiter, at ${lastMs}`] : [];
    });
  },
};
