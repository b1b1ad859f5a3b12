import type { Invariant } from './invariant.js';
import { learnedOutcomes } from './outcomes.js';

export const trueOutcome: Invariant = {
  name: 'true-outcome',
  promise: 'Each waiter gets the outcome that its own operation had at the service.',
  check: (history) =>
    learnedOutcomes(history)
      .filter(
        ({ operation, result, responseId }) =>
          result !== operation.result || (responseId ?? operation.id) !== operation.id,
      )
      .map(
        ({ operation, result, responseId, by }) =>
          `${by}: ${result} of ${responseId ?? '?'}, not ${operation.result} of ${operation.id}`,
      ),
};
