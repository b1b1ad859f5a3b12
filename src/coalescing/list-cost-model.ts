import { clampRetryAfterMs } from '../rpc/retry.js';

/** The progress of a list. */
export interface ListProgress {
  /** Number of pages received. */
  readonly pages: number;
  /** Number of operations in them that a lookup or an active loop waits for. */
  readonly found: number;
  /** Number of lookups that the list is for, and how many of them were not found yet. */
  readonly requested: number;
  readonly missing: number;
  /** Number of other operations with active loops that were not found yet. Each one found saves a later poll. */
  readonly others: number;
}

/** The longest time without a list after failures, in milliseconds. */
const maxCooldownMs = 60_000;
/** Maximum backoff, as a multiple of a list's cost spent on Gets, before listing is retried. */
const maxBackoffFactor = 64;

/**
 * A cost model of listing, learned from past lists. A page and a GetOperation cost the same, one request, so a list pays
 * off if it takes fewer pages than it saves Gets.
 */
export class ListCostModel {
  /** Number of pages a list takes. */
  #pages = 1;
  /** Share of the requested operations that a list contains. */
  #hitRate = 1;
  /** Number of Gets since the last list. */
  #gets = 0;
  #backoffFactor = 1;
  #failures = 0;
  #cooldownUntilMs = -Infinity;

  /**
   * Whether to list.
   *
   * @param requested - number of lookups that are due.
   * @param others - number of other operations with active loops.
   */
  shouldList(requested: number, others: number, nowMs: number): boolean {
    if (requested < 2 || nowMs < this.#cooldownUntilMs) return false;
    if (requested * this.#hitRate > this.#pages + 1) return true;
    // The Gets since the last list have cost as much as another list, which may now find more than was learned.
    return this.#gets >= this.#pages * this.#backoffFactor && requested + others / 2 > this.#pages + 1;
  }

  /** Whether the next page is worth a request. */
  shouldContinue(progress: ListProgress): boolean {
    const { pages, missing, others } = progress;
    if (missing === 0 || isPoor(progress)) return false;
    return missing + others / 2 > Math.max(1, this.#pages - pages);
  }

  /** Records Gets that were sent. */
  recordGets(gets: number): void {
    this.#gets += gets;
  }

  /**
   * Records a list that ended.
   *
   * @param isComplete - whether it had no more pages, or all requested operations were found.
   */
  recordList(progress: ListProgress, isComplete: boolean): void {
    const { pages, found, requested, missing } = progress;
    this.#failures = 0;
    this.#gets = 0;
    this.#pages = isComplete ? pages : Math.max(this.#pages, isPoor(progress) ? 2 * pages : pages + 1);
    this.#hitRate = (requested - missing) / requested;
    this.#backoffFactor = found >= pages ? 1 : Math.min(this.#backoffFactor * 2, maxBackoffFactor);
  }

  /**
   * Records a list that failed. The next one comes after a cooldown.
   *
   * @param retryAfterMs - the delay that the service asked for.
   */
  recordFailure(nowMs: number, retryAfterMs?: number): void {
    const cooldownMs = Math.min(1000 * 2 ** this.#failures++, maxCooldownMs);
    this.#cooldownUntilMs = nowMs + Math.max(cooldownMs, clampRetryAfterMs(retryAfterMs));
  }
}

/** Whether a list has cost notably more pages than it found operations. */
function isPoor({ pages, found, requested }: ListProgress): boolean {
  return pages - found > 2 + requested / 8;
}
