import type { PollingLaw } from '../polling/default-law.js';
import type { PollTable } from '../polling/duration-history.js';
import { maxDelayMs, maxShift } from './bounds.js';

/** A table of ages at which to poll. A poller polls each earlier by its own share of a tenth of the delay. */
export class LearnedTable implements PollTable {
  readonly #agesMs: Float32Array;
  readonly #law: PollingLaw;

  /** @param agesMs - ascending. */
  constructor(agesMs: Float32Array, law: PollingLaw) {
    this.#agesMs = agesMs;
    this.#law = law;
  }

  nextAgeMs(ageMs: number, jitter: number): number | undefined {
    const agesMs = this.#agesMs;
    for (let index = 0; index < agesMs.length; index++) {
      const tableMs = agesMs[index] as number;
      const delayMs = index > 0 ? tableMs - (agesMs[index - 1] as number) : this.#law.delayMs(tableMs);
      const nextMs = tableMs - delayMs * maxShift * jitter;
      // It is over, or so soon after another poll that it would find nothing new.
      if (nextMs - ageMs < delayMs / 4) continue;
      return ageMs > 0 ? Math.min(nextMs, ageMs + maxDelayMs(this.#law, ageMs)) : nextMs;
    }
    return undefined;
  }
}
