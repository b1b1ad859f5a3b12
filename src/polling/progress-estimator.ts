/**
 * Predicts an operation's end from how far it says it is.
 *
 * It trusts the figure only as long as it moves, and ever less after each prediction that did not come true: whatever
 * an operation claims, it is asked for at most a few times more than without the claim.
 */
export class ProgressEstimator {
  #startMs = 0;
  #startProgress = 0;
  #latest = Infinity;
  #latestMs = 0;
  #consumed = false;
  #failedPredictions = 0;

  /**
   * Takes in how far it is.
   *
   * @param progress - from 0 to 1.
   */
  addSample(progress: number, atMs: number): void {
    if (progress > this.#latest) this.#consumed = false;
    // What had not begun to move, waited in a queue; and what went back, began again.
    if (progress === this.#startProgress || progress < this.#latest) {
      this.#startProgress = progress;
      this.#startMs = atMs;
    }
    this.#latest = progress;
    this.#latestMs = atMs;
  }

  /** When it should end, at its average speed so far; NaN as long as the figure has not moved. */
  get endMs(): number {
    return (
      this.#latestMs + ((1 - this.#latest) * (this.#latestMs - this.#startMs)) / (this.#latest - this.#startProgress)
    );
  }

  /**
   * When to ask next: at the predicted end, or when the cadence has it if that is sooner or the prediction is not to
   * be trusted. (An end predicted for just after the next poll is waited for, a seventh of the delay at the most.)
   *
   * @param dueMs - when the cadence has the next poll.
   */
  dueMs(nowMs: number, dueMs: number): number {
    const { endMs } = this;
    const delayMs = dueMs - nowMs;
    // A little late finds it done; a little early has to ask again.
    const lateMs = (endMs - this.#latestMs) * 0.1 + (this.#latestMs - this.#startMs) * 0.0006;
    // A part of the delay must pass before, and more of it after a prediction that failed; two that failed are enough.
    const predictedMs = Math.max(endMs + lateMs, nowMs + delayMs * 0.02 * 3 ** this.#failedPredictions);
    if (this.#consumed || this.#failedPredictions > 1 || !(predictedMs <= dueMs + delayMs * 0.15)) return dueMs;
    this.#consumed = true;
    this.#failedPredictions++;
    return predictedMs;
  }
}
