import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, withAttempts } from '../errors.js';
import { Code } from '../status.js';
import { nextRetryDelayMs } from './retry.js';
import type { CallSpec, RetryListener } from './call-spec.js';
import { now } from './timer-wheel.js';

/** What p-retry gets for any failure. */
const failed = new Error();

/**
 * The attempts of one call after its first has failed. p-retry runs them; whether and when there is another one is
 * decided by the policy, with the server's `Retry-After` and the time that the caller has left.
 */
export class RetrySession {
  readonly #spec: CallSpec<unknown>;
  readonly #listener: RetryListener;
  readonly #sendAfter: (delayMs: number) => void;
  /** Rejects what p-retry awaits: an attempt, with the delay before it. */
  #reject: ((error: Error) => void) | undefined;
  /** Why the last attempt failed. p-retry gets {@link failed} instead: it wraps what is not an Error of this realm. */
  #error: unknown;
  /** How long attempts and delays have taken. Time in the rate limiter's queue does not count. */
  #elapsedMs!: number;
  #delayMs!: number;
  #disposed = false;

  /** @param sendAfter - sends another attempt, whose failure goes to `attemptFailed()`. */
  constructor(spec: CallSpec<unknown>, listener: RetryListener, sendAfter: (delayMs: number) => void) {
    this.#spec = spec;
    this.#listener = listener;
    this.#sendAfter = sendAfter;
  }

  /**
   * @param firstError - why the first attempt failed, after `tookMs`.
   * @returns never settled if a later attempt succeeds, or the session is disposed.
   * @throws the last error once there is no further attempt.
   */
  run(firstError: unknown, tookMs: number): Promise<never> {
    this.#elapsedMs = tookMs;
    this.#error = firstError;
    return pRetry((number) => (number === 1 ? Promise.reject(failed) : this.#attempt()), {
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: (context) => this.#planNext(context),
    });
  }

  attemptFailed(error: unknown, tookMs: number): void {
    this.#elapsedMs += tookMs;
    this.#error = error;
    this.#reject?.(failed);
  }

  dispose(): void {
    this.#disposed = true;
  }

  #attempt(): Promise<never> {
    return new Promise((_, reject) => {
      this.#reject = reject;
      if (!this.#disposed) this.#sendAfter(this.#delayMs);
    });
  }

  /** Determines the delay before the next attempt; throws if there is none. */
  #planNext({ attemptNumber }: RetryContext): void {
    const error = this.#error;
    if (this.#disposed || !isRequestError(error)) throw error;
    const { rateLimiter, retry, method, bounds } = this.#spec;
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) rateLimiter?.throttle();
    const delayMs = nextRetryDelayMs(retry, {
      error,
      method,
      attempts: attemptNumber,
      elapsedMs: this.#elapsedMs,
      lastAttemptInMs: bounds?.lastAttemptInMs(now()),
      random: Math.random(),
    });
    if (delayMs === undefined) throw withAttempts(error, attemptNumber);
    this.#elapsedMs += delayMs;
    this.#delayMs = delayMs;
    this.#listener.onRetry?.(error, attemptNumber, delayMs);
  }
}
