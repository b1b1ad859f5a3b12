import { LinkedList, type Linked } from './linked-list.js';
import { now, type Bucket, type TimerTask, type TimerWheel } from './timer-wheel.js';

/** A request that waits until the rate allows it. */
export interface RateLimitedTask extends Linked<RateLimitedTask> {
  run(): void;
}

/** How long the rate stays lowered after the service reported that it was too high, in milliseconds. */
const throttleDurationMs = 60_000;
const maxThrottleFactor = 64;

/** Runs requests at a limited rate, one after the other. */
export class RateLimiter implements TimerTask {
  readonly #intervalMs: number;
  readonly #timers: TimerWheel;
  readonly #queue = new LinkedList<RateLimitedTask>();
  #nextFreeMs = -Infinity;
  #throttleFactor = 1;
  #throttledMs = -Infinity;
  bucket: Bucket | undefined;
  timerIndex = 0;

  /** @param perSecond - how many requests may be sent per second. */
  constructor(perSecond: number, timers: TimerWheel) {
    this.#intervalMs = 1000 / perSecond;
    this.#timers = timers;
  }

  /** Queues a request, at the end or at the start. It runs at once if the rate allows it. */
  enqueue(task: RateLimitedTask, atStart?: boolean): void {
    this.#queue.add(task, atStart);
    // With the timer set, the rate does not allow one now.
    if (this.bucket) return;
    const nowMs = now();
    // An idle time does not let two requests through at once.
    this.#nextFreeMs = Math.max(this.#nextFreeMs, nowMs);
    this.onTimer(nowMs);
  }

  /** Removes a request from the queue, if it is still queued. */
  cancel(task: RateLimitedTask): void {
    if (this.#queue.delete(task) && this.#queue.size === 0) this.#timers.cancel(this);
  }

  /**
   * Halves the rate for a while, since the service reported that a quota is exhausted.
   *
   * @param sentMs - when the request was sent. One sent before the rate was halved, or just after, does not halve it again.
   */
  throttle(sentMs: number): void {
    const nowMs = now();
    if (sentMs < this.#throttledMs + 2 * this.#intervalMs * this.#throttleFactor) return;
    this.#throttleFactor = Math.min(2 * this.#factorAt(nowMs), maxThrottleFactor);
    this.#throttledMs = nowMs;
  }

  #factorAt(nowMs: number): number {
    return nowMs < this.#throttledMs + throttleDurationMs ? this.#throttleFactor : 1;
  }

  onTimer(nowMs: number): void {
    const intervalMs = this.#intervalMs * this.#factorAt(nowMs);
    while (this.#queue.size > 0 && this.#nextFreeMs <= nowMs) {
      // Compensate for a late timer by at most one request.
      this.#nextFreeMs = Math.max(this.#nextFreeMs, nowMs - intervalMs) + intervalMs;
      this.#queue.shift()?.run();
    }
    if (this.#queue.size > 0) this.#timers.schedule(this, this.#nextFreeMs);
  }
}
