import type { Scheduler } from '../rpc/scheduler.js';
import { PollLoop } from './poll-loop.js';

/** The loops that somebody waits for: each sleeps there, if only until the end of time. */
export function activeLoops(scheduler: Scheduler): PollLoop<unknown, unknown>[] {
  return scheduler.sleepers().filter((sleeper) => sleeper instanceof PollLoop);
}
