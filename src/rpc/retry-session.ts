import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, withAttempts } from '../errors.js';
import { Code } from '../status.js';
import { nextRetryDelayMs } from './retry.js';
import type { CallSpec, RetryListener } from './call-spec.js';
import { now } from './timer-wheel.js';

/**
 * The attempts of one call after its first has failed. p-retry runs them; whether and when there is another one is
 * decided by the policy, with the server's `Retry-After` and the time that the caller has left.
 */
export class RetrySession {
  readonly #spec: CallSpec<unknown>;
  readonly #listener: RetryListener;
  readonly #sendAfter: (delayMs: number) => void;
  /** Rejects what p-retry awaits: an attempt, with the delay before it. */
  #reject: ((error: unknown) => void) | undefined;
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
    return pRetry((number) => (number === 1 ? Promise.reject(firstError as Error) : this.#attempt()), {
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: (context) => this.#planNext(context),
    });
  }

  attemptFailed(error: unknown, tookMs: number): void {
    this.#elapsedMs += tookMs;
    this.#reject?.(error);
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
  #planNext({ error, attemptNumber }: RetryContext): void {
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
