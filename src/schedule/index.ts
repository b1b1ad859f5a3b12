/**
 * When to poll next, as a pure function: for workflow engines and queues that persist their timers themselves.
 *
 * @module longrunning/schedule
 */
export { nextPollDelayMs } from './next-poll-delay.js';
export type { NextPollOptions } from './next-poll-delay.js';
