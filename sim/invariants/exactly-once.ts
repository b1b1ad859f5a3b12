import { hasDied, type History, type WaitRecord } from '../history.js';
import type { Invariant } from './invariant.js';
import { hasOutcome } from './outcomes.js';

export const exactlyOnce: Invariant = {
  name: 'exactly-once',
  promise: 'Each wait ends, once. Its listener gets the completed state once, before the wait ends; none is lost.',
  check: (history) => [
    ...history.waits.flatMap((wait) => problemsOf(history, wait)),
    ...[...history.groups, ...history.batches]
      .filter((one) => !hasDied(history, one) && one.settlements.length !== 1)
      .map((one) => `a call of several operations ended ${one.settlements.length} times`),
    ...history.groups.flatMap(({ script, completions }) => {
      const indexes = completions.map(({ index }) => index);
      return new Set(indexes).size < indexes.length
        ? [`group ${script.id} yielded a poller twice: ${indexes.join()}`]
        : [];
    }),
    ...history.batches.flatMap(({ id, results }) => {
      const inputs = results.map(({ input }) => input);
      return new Set(inputs).size < inputs.length ? [`batch ${id} yielded an input twice: ${inputs.join()}`] : [];
    }),
  ],
};

function problemsOf(history: History, wait: WaitRecord): string[] {
  const { script, settlements, states } = wait;
  if (hasDied(history, wait)) return [];
  if (settlements.length !== 1) return [`wait ${script.id} ended ${settlements.length} times`];
  const ends = states.filter(({ done }) => done).length;
  const isListener = script.listener !== undefined || script.as === 'updates';
  if (!isListener || !hasOutcome(wait))
    return ends > 1 ? [`wait ${script.id} got the completed state ${ends} times`] : [];
  return ends === 1 ? [] : [`wait ${script.id} got the completed state ${ends} times`];
}
