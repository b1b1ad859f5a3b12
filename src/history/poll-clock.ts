import type { PollingLaw } from '../polling/default-law.js';

// A day and a half of the default schedule.
const maxPolls = 2048;

/**
 * A law as a clock: how many polls it has made at an age, as a continuous function, and its inverse. Equal steps of it
 * resolve every age as finely as the law polls there.
 */
export class PollClock {
  readonly #law: PollingLaw;
  /** The ages of the law's polls, as far as they were needed; the index is the number of polls before. */
  readonly #ages: number[];

  constructor(law: PollingLaw) {
    this.#law = law;
    this.#ages = [0, law.firstPollMs];
  }

  pollsAt(ageMs: number): number {
    const ages = this.#ages;
    while (this.#lastMs < ageMs && ages.length < maxPolls) this.#extend();
    if (ageMs >= this.#lastMs) return ages.length - 1 + (ageMs - this.#lastMs) / this.#law.delayMs(this.#lastMs);
    let low = 0;
    let high = ages.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((ages[middle] as number) <= ageMs) low = middle;
      else high = middle;
    }
    const from = ages[low] as number;
    return low + (ageMs - from) / ((ages[high] as number) - from);
  }

  ageMsAt(polls: number): number {
    const ages = this.#ages;
    while (ages.length - 1 < polls && ages.length < maxPolls) this.#extend();
    const last = ages.length - 1;
    if (polls >= last) return this.#lastMs + (polls - last) * this.#law.delayMs(this.#lastMs);
    const index = Math.floor(polls);
    const from = ages[index] as number;
    return from + (polls - index) * ((ages[index + 1] as number) - from);
  }

  get #lastMs(): number {
    return this.#ages[this.#ages.length - 1] as number;
  }

  #extend(): void {
    this.#ages.push(this.#lastMs + this.#law.delayMs(this.#lastMs));
  }
}
