import type { Invariant } from './invariant.js';

export const noStrayError: Invariant = {
  name: 'no-stray-error',
  promise: 'There is no unhandled rejection and no uncaught exception.',
  check: ({ strays }) =>
    strays.map((error) => `stray: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
};
