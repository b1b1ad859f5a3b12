import { now } from '../rpc/timer-wheel.js';

/** The time at Redis, which all workers share, whatever their clocks say. In milliseconds since 1970. */
export class RedisClock {
  readonly #redisMs: number;
  readonly #readMs = now();

  /** @param redisMs - the time at Redis when it was just read. */
  constructor(redisMs: number) {
    this.#redisMs = redisMs;
  }

  get nowMs(): number {
    return Math.round(this.#redisMs + now() - this.#readMs);
  }

  /** A time of Redis by this machine's clock, as BullMQ takes it: it compares a job's time with `Date.now()`. */
  toLocal(redisMs: number): number {
    return Date.now() + Math.max(0, redisMs - this.nowMs);
  }
}
