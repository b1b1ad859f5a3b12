import { LinkedList } from '../rpc/linked-list.js';
import type { RateLimiter, RateLimitedTask } from '../rpc/rate-limiter.js';

/**
 * A fair queue: each collection has at most one entry in the client's rate limiter, so that collections alternate and one
 * lookup does not wait behind ten thousand of another collection.
 */
export class FairQueue implements RateLimitedTask {
  readonly #rateLimiter: RateLimiter;
  readonly #tasks = new LinkedList<RateLimitedTask>();
  /** Whether it has its entry in the rate limiter. */
  #isQueued = false;
  previous: RateLimitedTask | undefined;
  next: RateLimitedTask | undefined;

  constructor(rateLimiter: RateLimiter) {
    this.#rateLimiter = rateLimiter;
  }

  enqueue(task: RateLimitedTask): void {
    this.#tasks.add(task);
    this.#enqueueNext();
  }

  cancel(task: RateLimitedTask): void {
    if (!this.#tasks.delete(task) || this.#tasks.size > 0 || !this.#isQueued) return;
    this.#isQueued = false;
    this.#rateLimiter.cancel(this);
  }

  run(): void {
    this.#isQueued = false;
    this.#tasks.shift()?.run();
    this.#enqueueNext();
  }

  throttle(sentMs: number): void {
    this.#rateLimiter.throttle(sentMs);
  }

  #enqueueNext(): void {
    if (this.#isQueued || this.#tasks.size === 0) return;
    this.#isQueued = true;
    this.#rateLimiter.enqueue(this);
  }
}
