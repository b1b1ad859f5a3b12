/**
 * Predicts an operation's end from how far it says it is.
 *
 * It trusts the figure only as long as it moves, and ever less after each prediction that did not come true: whatever
 * an operation claims, it is asked for at most a few times more than without the claim.
 */
export class Forecast {
  #fromMs: number;
  #from: number;
  #latest: number;
  #latestMs: number;
  #usedUp = false;
  #misses = 0;

  /**
   * @param progress - how far it was, from 0 to 1.
   * @param atMs - when.
   */
  constructor(progress: number, atMs: number) {
    this.#from = this.#latest = progress;
    this.#fromMs = this.#latestMs = atMs;
  }

  /** Takes in how far it is now. */
  observe(progress: number, atMs: number): void {
    if (progress > this.#latest) this.#usedUp = false;
    // What had not begun to move, waited in a queue; and what went back, began again.
    if (progress === this.#from || progress < this.#latest) {
      this.#from = progress;
      this.#fromMs = atMs;
    }
    this.#latest = progress;
    this.#latestMs = atMs;
  }

  /** When it should end, at its average speed so far; undefined if the figure says nothing. */
  get endMs(): number | undefined {
    const done = this.#latest - this.#from;
    if (done <= 0) return undefined;
    return this.#latestMs + ((1 - this.#latest) * (this.#latestMs - this.#fromMs)) / done;
  }

  /**
   * When to ask next: at the predicted end, or when the cadence has it if that is sooner or the prediction is not to
   * be trusted. (An end predicted for just after the next poll is waited for, a seventh of the delay at the most.)
   *
   * @param dueMs - when the cadence has the next poll.
   */
  dueMs(nowMs: number, dueMs: number): number {
    const endMs = this.endMs;
    if (endMs === undefined || this.#usedUp || this.#misses >= shares.length) return dueMs;
    // A little late finds it done; a little early has to ask again.
    const lateMs = (endMs - this.#latestMs) * 0.1 + (this.#latestMs - this.#fromMs) * 0.0006;
    const soonestMs = nowMs + (dueMs - nowMs) * (shares[this.#misses] as number);
    const predictedMs = Math.max(endMs + lateMs, soonestMs);
    if (predictedMs > dueMs + (dueMs - nowMs) * 0.15) return dueMs;
    this.#usedUp = true;
    this.#misses++;
    return predictedMs;
  }
}

// How much of the cadence's delay must pass before a predicted poll, after none, one, … predictions that failed.
const shares = [0.02, 0.06];
