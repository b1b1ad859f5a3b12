import { expect, it, jest } from '@jest/globals';
import { now, TimerWheel, type TimerTask } from '../../src/rpc/timer-wheel.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

it('a task that is overdue keeps its timer when it is scheduled for another time that has passed', async () => {
  const timers = new TimerWheel();
  const onTimer = jest.fn();
  const task: TimerTask = { bucket: undefined, timerIndex: 0, onTimer };
  const startMs = now();
  // Fires before the task: the event loop is blocked by 5 ms, so that both times have passed.
  setTimeout(() => {
    const lateMs = now() + 5;
    jest.spyOn(performance, 'now').mockImplementation(() => lateMs);
    timers.schedule(task, startMs + 12);
  }, 10);
  timers.schedule(task, startMs + 10);
  // A new timer would fire a millisecond later.
  await advance(10);
  expect(onTimer).toHaveBeenCalledTimes(1);
});

it('a task that is due now keeps its timer when it is scheduled for a time that has passed', async () => {
  const timers = new TimerWheel();
  const onTimer = jest.fn();
  const task: TimerTask = { bucket: undefined, timerIndex: 0, onTimer };
  const dueMs = now() + 10;
  // Fires before the task, in the same millisecond.
  setTimeout(() => timers.schedule(task, dueMs - 5), 10);
  timers.schedule(task, dueMs);
  await advance(10);
  expect(onTimer).toHaveBeenCalledTimes(1);
});
