/** How a poller uses WaitOperation. */
export type WaitMode = 'auto' | 'never' | 'always';

/** For how long to ask the server to wait, in milliseconds, until it shows that it is less patient. */
const longestMs = 60_000;
const shortestMs = 5_000;

/** What a client has learned of its service's WaitOperation. */
export class ServerWaits {
  readonly #max: number;
  #open = 0;
  #early = 0;
  #works = true;
  #windowMs = longestMs;

  /** @param max - how many waits may be open at once. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether it is worth trying. */
  get works(): boolean {
    return this.#works;
  }

  /** For how long to ask the server to wait, in milliseconds. */
  get windowMs(): number {
    return this.#windowMs;
  }

  /** Takes one of the places for open waits, if there is one. */
  open(): boolean {
    if (this.#open >= this.#max) return false;
    this.#open++;
    return true;
  }

  /** Gives the place back. */
  close(): void {
    this.#open--;
  }

  /** The service has no WaitOperation. */
  giveUp(): void {
    this.#works = false;
  }

  /**
   * A wait ended with the operation still running.
   *
   * @returns whether it was kept for long enough to be worth another at once.
   */
  ended(tookMs: number, windowMs: number): boolean {
    if (tookMs >= Math.min(shortestMs, windowMs / 2)) {
      this.#early = 0;
      return true;
    }
    // Answers at once, time after time: that is no waiting.
    if (++this.#early >= 3) this.giveUp();
    return false;
  }

  /** A wait was cut, by a deadline or by something between here and the server: ask for a shorter one. */
  cut(tookMs: number): void {
    this.#windowMs = Math.max(shortestMs, Math.min(this.#windowMs / 2, tookMs * 0.9));
  }
}
