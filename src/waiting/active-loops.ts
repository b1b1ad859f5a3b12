import type { TimerWheel } from '../rpc/timer-wheel.js';
import { PollLoop } from './poll-loop.js';

/** The loops that somebody waits for: each sleeps there, if only until the end of time. */
export function activeLoops(scheduler: TimerWheel): PollLoop<unknown, unknown>[] {
  return scheduler.tasks().filter((sleeper) => sleeper instanceof PollLoop);
}
