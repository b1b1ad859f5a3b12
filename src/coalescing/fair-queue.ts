import { now } from '../rpc/timer-wheel.js';
import type { RateLimiter, RateLimitedTask } from '../rpc/rate-limiter.js';

/**
 * Where the requests about one parent wait, of which one at a time stands in the queue of the client: so the turn goes from
 * parent to parent, and who asks for one operation does not wait for the ten thousand of another.
 */
export class FairQueue implements RateLimitedTask {
  readonly #pacer: RateLimiter;
  readonly #tasks: RateLimitedTask[] = [];
  /** Whether it stands in the client's queue. */
  #isQueued = false;
  startedMs = 0;

  constructor(pacer: RateLimiter) {
    this.#pacer = pacer;
  }

  enqueue(turn: RateLimitedTask): void {
    this.#tasks.push(turn);
    this.#enqueueNext();
  }

  cancel(turn: RateLimitedTask): void {
    const index = this.#tasks.indexOf(turn);
    if (index < 0) return;
    this.#tasks.splice(index, 1);
    if (this.#tasks.length > 0 || !this.#isQueued) return;
    this.#isQueued = false;
    this.#pacer.cancel(this);
  }

  run(): void {
    this.#isQueued = false;
    this.#tasks.shift()?.run();
    this.#enqueueNext();
  }

  throttle(): void {
    this.#pacer.throttle();
  }

  #enqueueNext(): void {
    if (this.#isQueued || this.#tasks.length === 0) return;
    this.#isQueued = true;
    this.startedMs = now();
    this.#pacer.enqueue(this);
  }
}
