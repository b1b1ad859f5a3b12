import { LinkedList, type Linked } from './linked-list.js';
import { now, type TimerTask, type TimerWheel } from './timer-wheel.js';

/** A request that waits until the rate allows it. */
export interface RateLimitedTask extends Linked<RateLimitedTask> {
  /** Its position in the queue: the earliest is first. */
  readonly startedMs: number;
  run(): void;
}

/** How long the rate stays lowered after the service reported that it was too high, in milliseconds. */
const throttleDurationMs = 60_000;
const maxThrottleFactor = 64;

/** Runs requests at a limited rate, the earliest started first. */
export class RateLimiter implements TimerTask {
  readonly #intervalMs: number;
  readonly #timers: TimerWheel;
  readonly #queue = new LinkedList<RateLimitedTask>();
  #nextFreeMs = -Infinity;
  #throttleFactor = 1;
  #throttledUntilMs = -Infinity;
  dueMs = 0;
  timerIndex = -1;

  /** @param perSecond - how many requests may be sent per second. */
  constructor(perSecond: number, timers: TimerWheel) {
    this.#intervalMs = 1000 / perSecond;
    this.#timers = timers;
  }

  /** Queues a request. It runs at once if the rate allows it. */
  enqueue(task: RateLimitedTask): void {
    this.#queue.add(task, ({ startedMs }) => startedMs > task.startedMs);
    // With the timer set, the rate does not allow one now.
    if (this.timerIndex < 0) this.onTimer(now());
  }

  /** Removes a request from the queue, if it is still queued. */
  cancel(task: RateLimitedTask): void {
    if (this.#queue.delete(task) && this.#queue.size === 0) this.#timers.cancel(this);
  }

  /** Halves the rate for a while, since the service reported that a quota is exhausted. */
  throttle(): void {
    const nowMs = now();
    // Failures of concurrent requests count as one signal.
    if (nowMs < this.#throttledUntilMs - throttleDurationMs + this.#intervalMs * this.#throttleFactor * 2) return;
    this.#throttleFactor = Math.min((nowMs < this.#throttledUntilMs ? this.#throttleFactor : 1) * 2, maxThrottleFactor);
    this.#throttledUntilMs = nowMs + throttleDurationMs;
  }

  onTimer(nowMs: number): void {
    const intervalMs = this.#intervalMs * (nowMs < this.#throttledUntilMs ? this.#throttleFactor : 1);
    while (this.#queue.size > 0 && this.#nextFreeMs <= nowMs) {
      // Compensate for a late timer by at most one request.
      this.#nextFreeMs = Math.max(this.#nextFreeMs, nowMs - intervalMs) + intervalMs;
      this.#queue.shift()?.run();
    }
    if (this.#queue.size > 0) this.#timers.schedule(this, this.#nextFreeMs);
  }
}
