import { Code } from 'longrunning';
import { hasDied } from '../history.js';
import type { Invariant } from './invariant.js';
import { lroErrorOf } from './outcomes.js';

const retried: readonly number[] = [
  Code.UNAVAILABLE,
  Code.DEADLINE_EXCEEDED,
  Code.RESOURCE_EXHAUSTED,
  Code.ABORTED,
  Code.INTERNAL,
  Code.UNKNOWN,
];

/** How long the failures of a wait are retried by default. */
const maxElapsedMs = 600_000;

export const failureHasCause: Invariant = {
  name: 'failure-has-cause',
  promise: 'No wait fails because of failures that pass: they are retried for ten minutes, or as the policy says.',
  check: (history) => {
    const { client } = history.script;
    if (client.maxAttempts !== undefined || client.maxElapsedMs !== undefined || client.serverWait === 'always')
      return [];
    return history.waits.flatMap((wait) => {
      const [end] = wait.settlements;
      const error = end && lroErrorOf(end);
      if (!end || error?.code !== 'LRO_REQUEST_FAILED' || hasDied(history, wait) || !retried.includes(error.rpcCode))
        return [];
      // A service that returns UNKNOWN itself means it.
      if (error.rpcCode === Code.UNKNOWN && error.origin === 'service') return [];
      const tookMs = end.atMs - wait.joinedMs;
      return tookMs < maxElapsedMs * 0.9 && !isEarlier(history, wait, end.atMs)
        ? [`wait ${wait.script.id} failed after ${tookMs} ms: ${error.message}`]
        : [];
    });
  },
};

/** Whether the failures had begun before the wait joined, for another waiter of the operation. */
function isEarlier(
  history: Parameters<Invariant['check']>[0],
  wait: (typeof history.waits)[number],
  atMs: number,
): boolean {
  return history.waits.some(
    ({ script, joinedMs, process }) =>
      process === wait.process && script.operation === wait.script.operation && atMs - joinedMs >= maxElapsedMs * 0.9,
  );
}
