import { hasDied } from '../history.js';
import type { Invariant } from './invariant.js';

export const nothingLeft: Invariant = {
  name: 'nothing-left',
  promise: 'After the last call, no timer is set, and no signal has a listener.',
  check: (history) => [
    ...(history.timersLeft > 0 ? [`${history.timersLeft} timers are set although nothing waits`] : []),
    ...[...history.waits, ...history.groups, ...history.batches]
      .filter((call) => call.settlements.length > 0 && !hasDied(history, call) && call.listeners() > 0)
      .map((call) => `the signal of a call has ${call.listeners()} listeners, at ${call.settlements[0]!.atMs}`),
  ],
};
