import type { Invariant } from './invariant.js';
import { learnedOutcomes } from './outcomes.js';

export const notBeforeTrue: Invariant = {
  name: 'not-before-true',
  promise: 'No waiter gets an outcome before the operation has ended.',
  check: (history) =>
    learnedOutcomes(history)
      .filter(({ operation, atMs }) => atMs < operation.endMs)
      .map(({ operation, atMs, by }) => `${by}: at ${atMs}, but operation ${operation.id} ends at ${operation.endMs}`),
};
