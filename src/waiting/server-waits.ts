import { isRequestError } from '../errors.js';
import { isTransient } from '../rpc/retry.js';
import { Code } from '../status.js';

/** For how long to ask the server to wait, in milliseconds, until it shows that it is less patient. */
const longestMs = 60_000;
const shortestMs = 5_000;

/**
 * What a failed wait means: `again`, the operation still runs and another wait may begin at once; `later`, not before
 * the next poll would be due; `doubt`, the wait or the operation is at fault, and a poll will show which.
 */
export type WaitVerdict = 'again' | 'later' | 'doubt';

/** What a client has learned of its service's WaitOperation, and how many waits it has open. */
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

  /** The service has no WaitOperation, or none that waits. */
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

  /** A wait was held to its end: what cut off one before it may be gone, so the next may be longer again. */
  held(windowMs: number): void {
    this.#windowMs = Math.max(this.#windowMs, Math.min(Math.round(windowMs * 1.1), longestMs));
  }

  /** A wait failed. */
  failed(error: unknown, tookMs: number): WaitVerdict {
    if (!isRequestError(error)) return 'doubt';
    if (error.rpcCode === Code.UNIMPLEMENTED) {
      this.giveUp();
      return 'later';
    }
    if (!isTransient(error, 'WaitOperation', undefined)) return 'doubt';
    // Tried again and again, and given up; a deadline after that only says that it still runs.
    if (error.attempts > 1 && error.rpcCode !== Code.DEADLINE_EXCEEDED) return 'later';
    // Cut by a deadline, or by something between here and the server that does not like to wait: ask for less.
    if (error.rpcCode !== Code.DEADLINE_EXCEEDED && tookMs < 1000) return 'later';
    this.#windowMs = Math.max(shortestMs, Math.min(this.#windowMs / 2, tookMs * 0.9));
    // (No answer is no early answer: an outage must not cost the client its waits for as long as it lives.)
    return tookMs >= this.#windowMs / 2 ? 'again' : 'later';
  }
}
