import type { Invariant } from './invariant.js';
import { isOfWait } from './intervals.js';

export const rateKept: Invariant = {
  name: 'rate-kept',
  promise: 'The requests of waits keep `maxRequestsPerSecond`: in any time, no more than it allows and two.',
  check: (history) => {
    const { maxRequestsPerSecond = Infinity } = history.script.client;
    if (maxRequestsPerSecond === Infinity) return [];
    const intervalMs = 1000 / maxRequestsPerSecond;
    return history.processes.flatMap(({ id }) => {
      const times = history.requests.filter((one) => isOfWait(one) && one.process === id).map(({ sentMs }) => sentMs);
      return times.flatMap((ms, index) =>
        isTooMany(times, index, intervalMs) ? [`a request at ${ms} is one too many`] : [],
      );
    });
  },
};

/** Whether a request and those before it are more than the rate allows. */
function isTooMany(times: readonly number[], index: number, intervalMs: number): boolean {
  return times.slice(0, index).some((ms, first) => index - first + 1 > (times[index]! - ms) / intervalMs + 2.01);
}
