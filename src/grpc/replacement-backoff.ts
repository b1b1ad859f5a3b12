// A shorter deadline may have been shorter than a round trip.
const minSilenceMs = 100;

// As long as the longest pause between two attempts, so that the end of an outage is noticed as soon.
const maxPauseMs = 30_000;

// A replacement may be unlucky as well, where connections go silent often.
const maxQuickReplacements = 3;

// Longer than the silence, so that a replacement has time for its handshake.
const quickPauseFactor = 1.25;

/**
 * Decides whether a silent connection is replaced. One that has responded is replaced at once, since its server was up. If
 * its replacement is silent too, that one is replaced after a pause not much longer than the silence, three times. Then the
 * server is slow, or out of reach: the pause until the next replacement doubles each time, from twice the silence.
 */
export class ReplacementBackoff {
  #pauseMs = 0;
  #pauseEndMs = -Infinity;
  #quickReplacements = 0;

  /**
   * @param silentMs - for how long nothing was received.
   * @param hasResponded - whether anything was ever received over the connection after its handshake.
   */
  shouldReplace(nowMs: number, silentMs: number, hasResponded: boolean): boolean {
    if (silentMs < minSilenceMs) return false;
    if (hasResponded) {
      this.#pauseMs = 0;
      this.#quickReplacements = maxQuickReplacements;
    } else if (nowMs < this.#pauseEndMs) return false;
    // Calls that were moved have shorter deadlines: the pause does not become shorter with them.
    this.#pauseMs = Math.max(this.#pauseMs, this.#nextPauseMs(silentMs));
    this.#pauseEndMs = nowMs + this.#pauseMs;
    return true;
  }

  #nextPauseMs(silentMs: number): number {
    if (this.#quickReplacements-- > 0) return quickPauseFactor * silentMs;
    return Math.max(2 * silentMs, Math.min(2 * this.#pauseMs, maxPauseMs));
  }
}
