// A shorter deadline may have been shorter than a round trip.
const minSilenceMs = 100;

// As long as the longest pause between two attempts, so that the end of an outage is noticed as soon.
const maxPauseMs = 30_000;

/**
 * Decides whether a silent connection is replaced. The first one is replaced at once. If its replacement is silent too, the
 * server is slow, or out of reach: the pause until the next replacement then doubles each time, from twice the silence.
 */
export class ReplacementBackoff {
  #pauseMs = 0;
  #pauseEndMs = -Infinity;

  /**
   * @param silentMs - for how long nothing was received.
   * @param hasResponded - whether anything was ever received over the connection after its handshake.
   */
  shouldReplace(nowMs: number, silentMs: number, hasResponded: boolean): boolean {
    if (silentMs < minSilenceMs) return false;
    if (hasResponded) this.#pauseMs = 0;
    else if (nowMs < this.#pauseEndMs) return false;
    this.#pauseMs = Math.max(2 * silentMs, Math.min(2 * this.#pauseMs, maxPauseMs));
    this.#pauseEndMs = nowMs + this.#pauseMs;
    return true;
  }
}
