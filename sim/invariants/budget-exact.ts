import { afterFreezes, hasDied, type History, type Settlement, type WaitRecord } from '../history.js';
import type { Invariant } from './invariant.js';
import { lroErrorOf } from './outcomes.js';

export const budgetExact: Invariant = {
  name: 'budget-exact',
  promise: 'A wait with a time limit ends by it, to the millisecond; a timeout comes then and not before.',
  check: (history) => [
    ...history.waits.flatMap((wait) =>
      problemsOf(history, `wait ${wait.script.id}`, wait, wait.script.limitMs, busyTimesMs(wait)),
    ),
    ...history.groups.flatMap((group) =>
      problemsOf(history, `group ${group.script.id}`, group, group.script.limitMs, []),
    ),
  ],
};

interface Limited {
  readonly process: number;
  readonly joinedMs: number;
  readonly settlements: readonly Settlement[];
}

function problemsOf(
  history: History,
  who: string,
  call: Limited,
  limitMs: number | undefined,
  busyMs: readonly number[],
): string[] {
  const [end] = call.settlements;
  if (!end || hasDied(history, call)) return [];
  const error = lroErrorOf(end);
  if (limitMs === undefined) return error?.code === 'LRO_POLLING_TIMEOUT' ? [`${who}: timed out without a limit`] : [];
  // A timer fires after a millisecond at the soonest.
  const dueMs = afterFreezes(history, call.joinedMs + Math.max(1, limitMs));
  // The machine may sleep while a listener is busy.
  const latestMs = busyMs.reduce((ms, oneMs) => afterFreezes(history, ms + oneMs), dueMs);
  if (end.atMs > latestMs) return [`${who}: its limit is at ${dueMs}, but it ended at ${end.atMs}`];
  if (error?.code !== 'LRO_POLLING_TIMEOUT') return [];
  if (end.atMs < call.joinedMs + limitMs) return [`${who}: timed out at ${end.atMs}, before its limit at ${dueMs}`];
  const elapsedMs = end.atMs - call.joinedMs;
  return error.elapsedMs <= elapsedMs && error.elapsedMs >= limitMs
    ? []
    : [`${who}: elapsedMs is ${error.elapsedMs}, not ${elapsedMs}`];
}

/**
 * A listener or a loop that is busy with a state ends later. `updates()` holds the newest state for a loop: one that is
 * busy with a state takes its time for the completed one too, if that came before the limit.
 */
function busyTimesMs({ script: { listener, as }, settlements: [end] }: WaitRecord): number[] {
  if (listener?.kind !== 'slow') return [];
  const hasHeldState = as === 'updates' && end && !('error' in end);
  return new Array<number>(hasHeldState ? 2 : 1).fill(listener.byMs);
}
