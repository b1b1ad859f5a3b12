import { clampRetryAfterMs } from '../rpc/retry.js';

/** How far a list has come. */
export interface Progress {
  /** How many pages have come. */
  readonly pages: number;
  /** How many operations that somebody waits for were in them, asked for or not. */
  readonly found: number;
  /** How many were asked for, and how many of them have not been seen. */
  readonly requested: number;
  readonly missing: number;
  /** How many others are waited for that have not been seen; those are spared a later poll. */
  readonly others: number;
}

/** The longest that a list which failed is left alone, in milliseconds. */
const maxCooldownMs = 60_000;
/** How many times what a list costs must be spent on Gets, at the most, before one that did not pay is tried again. */
const maxBackoffFactor = 64;

/**
 * Whether to list, learned from what came back. A page and a Get cost the same: a request. So a list pays if it takes
 * fewer pages than it saves Gets.
 */
export class ListCostModel {
  /** How many pages it takes. */
  #pages = 1;
  /** Which part of those asked for a list has. */
  #hitRate = 1;
  /** How many Gets were sent since the last list. */
  #gets = 0;
  #backoffFactor = 1;
  #failures = 0;
  #cooldownUntilMs = -Infinity;

  /** Whether a list may be the cheaper way to ask for so many. */
  mayPayOff(requested: number, nowMs: number): boolean {
    if (requested < 2 || nowMs < this.#cooldownUntilMs) return false;
    // What has been spent on Gets would have bought a list: perhaps it serves many that were not asked for just now.
    return this.#paysOff(requested) || this.#gets >= this.#pages * this.#backoffFactor;
  }

  /** Whether to begin, now that it is known how many others wait. */
  paysOff(requested: number, others: number): boolean {
    if (this.#paysOff(requested) || requested + others / 2 > this.#pages + 1) return true;
    this.#gets = 0;
    return false;
  }

  #paysOff(requested: number): boolean {
    return requested * this.#hitRate > this.#pages + 1;
  }

  /** Gets were sent. */
  recordGets(gets: number): void {
    this.#gets += gets;
  }

  /** Whether the next page is worth its price. */
  shouldContinue({ pages, found, requested, missing, others }: Progress): boolean {
    if (missing === 0 || pages - found > 2 + requested / 8) return false;
    return missing + others / 2 > Math.max(1, this.#pages - pages);
  }

  /**
   * A list has come to its end.
   *
   * @param complete - it had no more pages, or all that were asked for have been seen.
   */
  recordList({ pages, found, requested, missing }: Progress, complete: boolean): void {
    this.#failures = 0;
    this.#gets = 0;
    this.#pages = complete ? pages : Math.max(this.#pages, pages - found > 2 + requested / 8 ? 2 * pages : pages + 1);
    this.#hitRate = requested === 0 ? 1 : (requested - missing) / requested;
    this.#backoffFactor = found >= pages ? 1 : Math.min(this.#backoffFactor * 2, maxBackoffFactor);
  }

  /**
   * A list failed.
   *
   * @param retryAfterMs - how long the service asked to wait.
   */
  recordFailure(nowMs: number, retryAfterMs?: number): void {
    const cooldownMs = Math.min(1000 * 2 ** this.#failures++, maxCooldownMs);
    this.#cooldownUntilMs = nowMs + Math.max(cooldownMs, clampRetryAfterMs(retryAfterMs));
  }
}
