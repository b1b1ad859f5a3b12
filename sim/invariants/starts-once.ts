import type { Invariant } from './invariant.js';
import { operationOf } from '../callers/batch.js';

export const startsOnce: Invariant = {
  name: 'starts-once',
  promise:
    'An input of `startAll()` keeps its request id until it has started, also when the process dies: nothing starts twice.',
  check: (history) => [
    ...history.operations
      .filter(({ starts }) => starts.length > 1)
      .map(({ id, starts }) => `operation ${id} was started ${starts.length} times`),
    // An input whose result was consumed in a process that then died does not come again.
    ...history.batches.flatMap(({ id, process, results }) => {
      const earlier = history.batches.filter((one) => one.id === id && one.process < process);
      const done = earlier.flatMap((one) =>
        one.results
          .slice(0, -1)
          .filter(({ operation }) => isFinal(operation))
          .map(({ input }) => operationOf(input)),
      );
      return results
        .filter(({ input }) => done.includes(operationOf(input)))
        .map(({ input }) => `batch ${id} yielded ${input} again`);
    }),
  ],
};

function isFinal(operation: unknown): boolean {
  return ['response', 'error'].includes((operation as { result: string }).result);
}
