import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { now } from '../../src/rpc/timer-wheel.js';
import { TimerWheel, type TimerTask } from '../../src/rpc/timer-wheel.js';
import { fc } from '../support/fast-check.js';

const { assert, constantFrom, array, integer, property, tuple } = fc;
const day = 86_400_000;

class Napper implements TimerTask {
  dueMs = 0;
  timerIndex = -1;
  readonly wokeMs: number[] = [];
  onWake: (() => void) | undefined;

  onTimer(): void {
    this.wokeMs.push(now());
    this.onWake?.();
  }
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('TimerWheel', () => {
  it.each([1, 1000, 2 ** 31 - 1, 2 ** 31, 60 * day, 2 ** 31 * 5])('calls onTimer once, after %d ms', (ms) => {
    const [scheduler, napper] = [new TimerWheel(), new Napper()];
    const dueMs = now() + ms;
    scheduler.schedule(napper, dueMs);
    jest.advanceTimersByTime(ms - 1);
    expect(napper.wokeMs).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(napper.wokeMs).toEqual([dueMs]);
  });

  it('sets no timer with a negative delay, of which Node warns', () => {
    const [scheduler, napper] = [new TimerWheel(), new Napper()];
    const setTimer = jest.spyOn(globalThis, 'setTimeout');
    jest.advanceTimersByTime(100);
    scheduler.schedule(napper, now() - 20);
    expect(setTimer.mock.calls.map(([, delayMs]) => delayMs)).toEqual([0]);
    jest.advanceTimersByTime(1);
    expect(napper.wokeMs).toHaveLength(1);
  });

  it('sets one timer for all tasks that are due in the same millisecond', () => {
    const scheduler = new TimerWheel();
    const nappers = Array.from({ length: 100 }, () => new Napper());
    for (const napper of nappers) scheduler.schedule(napper, now() + 50);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(50);
    expect(nappers.every(({ wokeMs }) => wokeMs.length === 1)).toBe(true);
  });

  it.each([
    [1, 5],
    [2, 3],
    [5, 1],
    [6, 1],
  ])('yields to the event loop after 5 ms: of tasks of %s ms each, %s run at once', (tookMs, runAtOnce) => {
    const scheduler = new TimerWheel();
    const nappers = Array.from({ length: 10 }, () => new Napper());
    const dueMs = now() + 10;
    for (const napper of nappers) scheduler.schedule(napper, dueMs);
    let awake = 0;
    const clock = jest.spyOn(performance, 'now');
    let ms = performance.now();
    clock.mockImplementation(() => ms);
    for (const napper of nappers)
      napper.onWake = () => {
        ms += tookMs;
        awake++;
      };
    ms += 10;
    jest.advanceTimersByTime(10);
    expect(awake).toBe(runAtOnce);
    for (let turn = 0; turn < 10; turn++) jest.advanceTimersByTime(1);
    expect(awake).toBe(10);
    clock.mockRestore();
  });

  it('distinguishes tasks whose times share a bucket, and cancels them one by one', () => {
    const scheduler = new TimerWheel();
    const nappers = Array.from({ length: 4 }, () => new Napper());
    const dueMs = nappers.map((_, i) => now() + 10 + i * 1024);
    nappers.forEach((napper, i) => scheduler.schedule(napper, dueMs[i]!));
    scheduler.cancel(nappers[1]!);
    scheduler.schedule(nappers[3]!, dueMs[3]! + 1024);
    jest.advanceTimersByTime(10 + 5 * 1024);
    expect(nappers.map(({ wokeMs }) => wokeMs)).toEqual([[dueMs[0]], [], [dueMs[2]], [dueMs[3]! + 1024]]);
  });

  it('keeps the program alive for a task that is never due, and calls nothing', () => {
    const [scheduler, napper] = [new TimerWheel(), new Napper()];
    scheduler.schedule(napper, Infinity);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(2 ** 31);
    expect(napper.wokeMs).toEqual([]);
    expect(jest.getTimerCount()).toBe(1);
    scheduler.cancel(napper);
  });

  it('calls each task once, at its last scheduled time, and no cancelled one', () => {
    const step = tuple(
      integer({ min: 0, max: 7 }),
      constantFrom('sleep', 'forget', 'pass'),
      integer({ min: 1, max: 40 }),
    );
    assert(
      property(array(step, { maxLength: 60 }), (steps) => {
        const scheduler = new TimerWheel();
        const nappers = Array.from({ length: 8 }, () => new Napper());
        const due = new Map<number, number>();
        const expected = nappers.map((): number[] => []);
        const pass = (ms: number): void => {
          for (let i = 0; i < ms; i++) {
            jest.advanceTimersByTime(1);
            for (const [who, atMs] of due) {
              if (atMs > now()) continue;
              due.delete(who);
              expected[who]!.push(now());
            }
          }
        };
        for (const [who, act, ms] of steps) {
          if (act === 'pass') pass(ms);
          else if (act === 'forget') {
            due.delete(who);
            scheduler.cancel(nappers[who]!);
          } else {
            due.set(who, now() + ms);
            scheduler.schedule(nappers[who]!, now() + ms);
          }
        }
        pass(50);
        expect(nappers.map(({ wokeMs }) => wokeMs)).toEqual(expected);
        expect(jest.getTimerCount()).toBe(0);
      }),
    );
  });
});
