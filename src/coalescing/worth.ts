import { boundedHintMs } from '../rpc/retry.js';

/** How far a list has come. */
export interface Progress {
  /** How many pages have come. */
  readonly pages: number;
  /** How many operations that somebody waits for were in them, asked for or not. */
  readonly served: number;
  /** How many were asked for, and how many of them have not been seen. */
  readonly asked: number;
  readonly left: number;
  /** How many others are waited for that have not been seen; those are spared a later poll. */
  readonly others: number;
}

/** The longest that a list which failed is left alone, in milliseconds. */
const longestRestMs = 60_000;
/** How many times what a list costs must be spent on Gets, at the most, before one that did not pay is tried again. */
const mostPatience = 64;

/**
 * Whether to list, learned from what came back. A page and a Get cost the same: a request. So a list pays if it takes
 * fewer pages than it saves Gets.
 */
export class Worth {
  /** How many pages it takes. */
  #pages = 1;
  /** Which part of those asked for a list has. */
  #share = 1;
  /** How many Gets were sent since the last list. */
  #gets = 0;
  #patience = 1;
  #failures = 0;
  #restUntilMs = -Infinity;

  /** Whether a list may be the cheaper way to ask for so many. */
  mayPay(asked: number, nowMs: number): boolean {
    if (asked < 2 || nowMs < this.#restUntilMs) return false;
    // What has been spent on Gets would have bought a list: perhaps it serves many that were not asked for just now.
    return this.#pays(asked) || this.#gets >= this.#pages * this.#patience;
  }

  /** Whether to begin, now that it is known how many others wait. */
  pays(asked: number, others: number): boolean {
    if (this.#pays(asked) || asked + others / 2 > this.#pages + 1) return true;
    this.#gets = 0;
    return false;
  }

  #pays(asked: number): boolean {
    return asked * this.#share > this.#pages + 1;
  }

  /** Gets were sent. */
  spent(gets: number): void {
    this.#gets += gets;
  }

  /** Whether the next page is worth its price. */
  goesOn({ pages, served, asked, left, others }: Progress): boolean {
    if (left === 0 || pages - served > 2 + asked / 8) return false;
    return left + others / 2 > Math.max(1, this.#pages - pages);
  }

  /**
   * A list has come to its end.
   *
   * @param whole - it had no more pages, or all that were asked for have been seen.
   */
  learn({ pages, served, asked, left }: Progress, whole: boolean): void {
    this.#failures = 0;
    this.#gets = 0;
    this.#pages = whole ? pages : Math.max(this.#pages, pages - served > 2 + asked / 8 ? 2 * pages : pages + 1);
    this.#share = asked === 0 ? 1 : (asked - left) / asked;
    this.#patience = served >= pages ? 1 : Math.min(this.#patience * 2, mostPatience);
  }

  /**
   * A list failed.
   *
   * @param hintMs - how long the service asked to wait.
   */
  fail(nowMs: number, hintMs?: number): void {
    const restMs = Math.min(1000 * 2 ** this.#failures++, longestRestMs);
    this.#restUntilMs = nowMs + Math.max(restMs, boundedHintMs(hintMs));
  }
}
