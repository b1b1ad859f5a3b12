import type { AbortSignalLike } from '../transport.js';
import { offAbort, onAbort } from './abort.js';
import { now, startTimer } from './clock.js';

interface Turn {
  readonly dueMs: number;
  readonly go: () => void;
}

/** How long the rate stays lowered after the service said that it was too high, in milliseconds. */
const penaltyMs = 60_000;

/** Lets requests go at a limited rate, the earliest due first. */
export class Pacer {
  readonly #gapMs: number;
  /** Those who wait for their turn, the earliest due first. */
  readonly #queue: Turn[] = [];
  #freeMs = -Infinity;
  #slowdown = 1;
  #slowUntilMs = -Infinity;
  #stopTimer: (() => void) | undefined;

  /** @param perSecond - how many requests may go in a second. */
  constructor(perSecond: number) {
    this.#gapMs = 1000 / perSecond;
  }

  /**
   * Waits for one's turn.
   *
   * @param dueMs - when the request was due: of those who wait the earliest goes first.
   * @param signal - leaves the queue; the promise then stays pending, since whoever aborts has stopped listening.
   */
  turn(dueMs: number, signal: AbortSignalLike): Promise<void> {
    return new Promise((resolve) => {
      const leave = (): void => {
        const index = this.#queue.indexOf(turn);
        if (index >= 0) this.#queue.splice(index, 1);
        this.#serve();
      };
      const turn: Turn = {
        dueMs,
        go() {
          offAbort(signal, leave);
          resolve();
        },
      };
      onAbort(signal, leave);
      // Who has just come is mostly due last.
      this.#queue.splice(this.#queue.findLastIndex((one) => one.dueMs <= dueMs) + 1, 0, turn);
      this.#serve();
    });
  }

  /** Halves the rate for a while, since the service said that a quota is used up. */
  slowDown(): void {
    const nowMs = now();
    // The failures of requests that were under way together are one complaint.
    if (nowMs < this.#slowUntilMs - penaltyMs + this.#gapMs * this.#slowdown * 2) return;
    this.#slowdown = Math.min((nowMs < this.#slowUntilMs ? this.#slowdown : 1) * 2, 64);
    this.#slowUntilMs = nowMs + penaltyMs;
  }

  #serve(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const nowMs = now();
    const gapMs = this.#gapMs * (nowMs < this.#slowUntilMs ? this.#slowdown : 1);
    while (this.#queue.length > 0 && this.#freeMs <= nowMs) {
      // A timer that fires late is made up for, by one request at the most.
      this.#freeMs = Math.max(this.#freeMs, nowMs - gapMs) + gapMs;
      this.#queue.shift()?.go();
    }
    if (this.#queue.length > 0) this.#stopTimer = startTimer(this.#freeMs - nowMs, () => this.#serve());
  }
}
