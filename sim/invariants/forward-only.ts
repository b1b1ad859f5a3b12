import type { History, StateRecord } from '../history.js';
import type { Invariant } from './invariant.js';

export const forwardOnly: Invariant = {
  name: 'forward-only',
  promise: 'The states that a waiter gets only go forward, and none comes after the completed one.',
  check: (history) =>
    history.waits.flatMap(({ script, states }) =>
      states.slice(1).flatMap((state, index) => {
        const before = states[index]!;
        if (before.done) return [`wait ${script.id}: a state after the completed one`];
        return isOlder(history, before, state)
          ? [`wait ${script.id}: version ${state.version} after ${before.version}`]
          : [];
      }),
    ),
};

/** A list that lags is not the client's fault: it cannot know that the state is old. Nor can it if a pushed one is. */
function isOlder({ script, acts }: History, before: StateRecord, state: StateRecord): boolean {
  if (script.service.listLagMs !== undefined && script.client.coalescePageSize !== undefined) return false;
  if (acts.some(({ kind }) => kind === 'push')) return false;
  return state.version >= 0 && state.version < before.version && !state.done;
}
