import { now } from './clock.js';
import type { Scheduler, Sleeper } from './scheduler.js';

/** One who waits for its turn. */
export interface Turn {
  readonly dueMs: number;
  go(): void;
}

/** How long the rate stays lowered after the service said that it was too high, in milliseconds. */
const penaltyMs = 60_000;

/** Lets requests go at a limited rate, the earliest due first. */
export class Pacer implements Sleeper {
  readonly #gapMs: number;
  readonly #scheduler: Scheduler;
  /** Those who wait for their turn, the earliest due first. */
  readonly #queue: Turn[] = [];
  #freeMs = -Infinity;
  #slowdown = 1;
  #slowUntilMs = -Infinity;
  wakeMs = 0;
  place = -1;

  /** @param perSecond - how many requests may go in a second. */
  constructor(perSecond: number, scheduler: Scheduler) {
    this.#gapMs = 1000 / perSecond;
    this.#scheduler = scheduler;
  }

  /** Lets a request go when its turn has come; at once if it may. */
  enter(turn: Turn): void {
    // Who has just come is mostly due last.
    this.#queue.splice(this.#queue.findLastIndex(({ dueMs }) => dueMs <= turn.dueMs) + 1, 0, turn);
    this.wake();
  }

  /** Waits no longer. */
  leave(turn: Turn): void {
    const index = this.#queue.indexOf(turn);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    this.wake();
  }

  /** Halves the rate for a while, since the service said that a quota is used up. */
  slowDown(): void {
    const nowMs = now();
    // The failures of requests that were under way together are one complaint.
    if (nowMs < this.#slowUntilMs - penaltyMs + this.#gapMs * this.#slowdown * 2) return;
    this.#slowdown = Math.min((nowMs < this.#slowUntilMs ? this.#slowdown : 1) * 2, 64);
    this.#slowUntilMs = nowMs + penaltyMs;
  }

  wake(): void {
    const nowMs = now();
    const gapMs = this.#gapMs * (nowMs < this.#slowUntilMs ? this.#slowdown : 1);
    while (this.#queue.length > 0 && this.#freeMs <= nowMs) {
      // A timer that fires late is made up for, by one request at the most.
      this.#freeMs = Math.max(this.#freeMs, nowMs - gapMs) + gapMs;
      this.#queue.shift()?.go();
    }
    if (this.#queue.length > 0) this.#scheduler.sleep(this, this.#freeMs);
    else this.#scheduler.forget(this);
  }
}
