import { isRequestError } from '../errors.js';
import { isRetryable } from '../rpc/retry.js';
import { Code } from '../status.js';

/** For how long to ask the server to wait, in milliseconds, until it shows that it is less patient. */
const maxTimeoutMs = 60_000;
const minTimeoutMs = 5_000;

/**
 * What a failed wait means: `retry-now`, the operation still runs and another wait may begin at once; `retry-later`, not before
 * the next poll would be due; `ambiguous`, the wait or the operation is at fault, and a poll will show which.
 */
export type WaitFailure = 'retry-now' | 'retry-later' | 'ambiguous';

/** What a client has learned of its service's WaitOperation, and how many waits it has open. */
export class WaitSupport {
  readonly #max: number;
  #open = 0;
  #earlyReturns = 0;
  #isSupported = true;
  #timeoutMs = maxTimeoutMs;

  /** @param max - how many waits may be open at once. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether it is worth trying. */
  get isSupported(): boolean {
    return this.#isSupported;
  }

  /** For how long to ask the server to wait, in milliseconds. */
  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** Takes one of the places for open waits, if there is one. */
  acquire(): boolean {
    if (this.#open >= this.#max) return false;
    this.#open++;
    return true;
  }

  /** Gives the place back. */
  release(): void {
    this.#open--;
  }

  /** The service has no WaitOperation, or none that waits. */
  disable(): void {
    this.#isSupported = false;
  }

  /**
   * A wait ended with the operation still running.
   *
   * @returns whether it was kept for long enough to be worth another at once.
   */
  recordAnswer(tookMs: number, timeoutMs: number): boolean {
    if (tookMs >= Math.min(minTimeoutMs, timeoutMs / 2)) {
      this.#earlyReturns = 0;
      return true;
    }
    // Answers at once, time after time: that is no waiting.
    if (++this.#earlyReturns >= 3) this.disable();
    return false;
  }

  /** A wait was held to its end: what cut off one before it may be gone, so the next may be longer again. */
  recordFullWait(timeoutMs: number): void {
    this.#timeoutMs = Math.max(this.#timeoutMs, Math.min(Math.round(timeoutMs * 1.1), maxTimeoutMs));
  }

  /** A wait failed. */
  classifyFailure(error: unknown, tookMs: number): WaitFailure {
    if (!isRequestError(error)) return 'ambiguous';
    if (error.rpcCode === Code.UNIMPLEMENTED) {
      this.disable();
      return 'retry-later';
    }
    if (!isRetryable(error, 'WaitOperation', undefined)) return 'ambiguous';
    // Tried again and again, and given up; a deadline after that only says that it still runs.
    if (error.attempts > 1 && error.rpcCode !== Code.DEADLINE_EXCEEDED) return 'retry-later';
    // Cut by a deadline, or by something between here and the server that does not like to wait: ask for less.
    if (error.rpcCode !== Code.DEADLINE_EXCEEDED && tookMs < 1000) return 'retry-later';
    this.#timeoutMs = Math.max(minTimeoutMs, Math.min(this.#timeoutMs / 2, tookMs * 0.9));
    // (No answer is no early answer: an outage must not cost the client its waits for as long as it lives.)
    return tookMs >= this.#timeoutMs / 2 ? 'retry-now' : 'retry-later';
  }
}
