import { now } from './clock.js';
import type { TimerWheel, TimerTask } from './timer-wheel.js';

/** One who waits for its turn. */
export interface RateLimitedTask {
  readonly startedMs: number;
  run(): void;
}

/** How long the rate stays lowered after the service said that it was too high, in milliseconds. */
const throttleDurationMs = 60_000;

/** Lets requests go at a limited rate, the earliest due first. */
export class RateLimiter implements TimerTask {
  readonly #intervalMs: number;
  readonly #scheduler: TimerWheel;
  /** Those who wait for their turn, the earliest due first. */
  readonly #queue: RateLimitedTask[] = [];
  #nextFreeMs = -Infinity;
  #throttleFactor = 1;
  #throttledUntilMs = -Infinity;
  dueMs = 0;
  timerIndex = -1;

  /** @param perSecond - how many requests may go in a second. */
  constructor(perSecond: number, scheduler: TimerWheel) {
    this.#intervalMs = 1000 / perSecond;
    this.#scheduler = scheduler;
  }

  /** Lets a request go when its turn has come; at once if it may. */
  enqueue(task: RateLimitedTask): void {
    // Who has just come is mostly due last.
    this.#queue.splice(this.#queue.findLastIndex(({ startedMs }) => startedMs <= task.startedMs) + 1, 0, task);
    this.onTimer();
  }

  /** Waits no longer. */
  cancel(task: RateLimitedTask): void {
    const index = this.#queue.indexOf(task);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    this.onTimer();
  }

  /** Halves the rate for a while, since the service said that a quota is used up. */
  throttle(): void {
    const nowMs = now();
    // The failures of requests that were under way together are one complaint.
    if (nowMs < this.#throttledUntilMs - throttleDurationMs + this.#intervalMs * this.#throttleFactor * 2) return;
    this.#throttleFactor = Math.min((nowMs < this.#throttledUntilMs ? this.#throttleFactor : 1) * 2, 64);
    this.#throttledUntilMs = nowMs + throttleDurationMs;
  }

  onTimer(): void {
    const nowMs = now();
    const intervalMs = this.#intervalMs * (nowMs < this.#throttledUntilMs ? this.#throttleFactor : 1);
    while (this.#queue.length > 0 && this.#nextFreeMs <= nowMs) {
      // A timer that fires late is made up for, by one request at the most.
      this.#nextFreeMs = Math.max(this.#nextFreeMs, nowMs - intervalMs) + intervalMs;
      this.#queue.shift()?.run();
    }
    if (this.#queue.length > 0) this.#scheduler.schedule(this, this.#nextFreeMs);
    else this.#scheduler.cancel(this);
  }
}
