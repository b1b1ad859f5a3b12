import { Code } from 'longrunning';
import type { Invariant } from './invariant.js';
import { lroErrorOf } from './outcomes.js';

export const closedAtOnce: Invariant = {
  name: 'closed-at-once',
  promise: '`close()` ends all waits in the same millisecond, as CANCELLED, and nothing is sent after it.',
  check: (history) =>
    history.processes.flatMap(({ id, closedMs }) => {
      if (closedMs === undefined) return [];
      const sent = history.requests.filter(
        (one) => one.process === id && one.sentMs > closedMs && one.method !== 'Start',
      );
      const late = history.waits.filter(
        ({ process, settlements: [end], script }) =>
          process === id && end && end.atMs > closedMs && script.listener?.kind !== 'slow',
      );
      const other = history.waits.filter(({ process, settlements: [end], joinedMs, abortedMs }) => {
        const error = end && lroErrorOf(end);
        if (process !== id || !end || end.atMs < closedMs || joinedMs > closedMs || abortedMs !== undefined)
          return false;
        return error?.code === 'LRO_REQUEST_FAILED' && error.rpcCode === Code.UNKNOWN;
      });
      return [
        ...sent.map(({ method, sentMs }) => `${method} at ${sentMs}: closed at ${closedMs}`),
        ...late.map(
          ({ script, settlements }) => `wait ${script.id} ended at ${settlements[0]!.atMs}: closed at ${closedMs}`,
        ),
        ...other.map(({ script }) => `wait ${script.id} ended with another code`),
      ];
    }),
};
