/**
 * Predicts the end of an operation from its progress.
 *
 * Progress is trusted only while it moves, and less after each failed prediction: wrong progress values cost at most a few
 * extra requests.
 */
export class ProgressEstimator {
  #startMs = 0;
  #startProgress = 0;
  #latest = Infinity;
  #latestMs = 0;
  #consumed = false;
  #failedPredictions = 0;

  /** @param progress - from 0 to 1. */
  addSample(progress: number, atMs: number): void {
    if (progress > this.#latest) this.#consumed = false;
    // No movement yet means queued; a decrease means the work was restarted. Both reset the estimate.
    if (progress === this.#startProgress || progress < this.#latest) {
      this.#startProgress = progress;
      this.#startMs = atMs;
    }
    this.#latest = progress;
    this.#latestMs = atMs;
  }

  /** The predicted end, at the average speed so far; NaN while the progress has not moved. */
  get endMs(): number {
    return (
      this.#latestMs + ((1 - this.#latest) * (this.#latestMs - this.#startMs)) / (this.#latest - this.#startProgress)
    );
  }

  /**
   * When to poll next: at the predicted end, or on schedule if that is sooner or the prediction is not trusted. (If the end
   * is predicted for just after the scheduled poll, that poll is deferred by at most a seventh of the delay.)
   *
   * @param dueMs - when the next poll is scheduled.
   */
  dueMs(nowMs: number, dueMs: number): number {
    const { endMs } = this;
    const delayMs = dueMs - nowMs;
    // A poll slightly late finds the operation done; one slightly early must be repeated.
    const lateMs = (endMs - this.#latestMs) * 0.1 + (this.#latestMs - this.#startMs) * 0.0006;
    // Part of the delay must pass first, and more of it after a failed prediction; after two, none is trusted.
    const predictedMs = Math.max(endMs + lateMs, nowMs + delayMs * 0.02 * 3 ** this.#failedPredictions);
    if (this.#consumed || this.#failedPredictions > 1 || !(predictedMs <= dueMs + delayMs * 0.15)) return dueMs;
    this.#consumed = true;
    this.#failedPredictions++;
    return predictedMs;
  }
}
