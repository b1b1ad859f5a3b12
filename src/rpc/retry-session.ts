import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, withAttempts } from '../errors.js';
import { Code } from '../status.js';
import { nextRetryDelayMs } from './retry.js';
import type { CallSpec, RetryListener } from './call-spec.js';
import { now } from './timer-wheel.js';

/** Settles what p-retry awaits: an attempt, with the delay before it. */
interface PendingAttempt<T> {
  resolve(response: T): void;
  reject(error: unknown): void;
}

/**
 * The attempts of one call after its first has failed. p-retry runs them; whether and when there is another one is
 * decided by the policy, with the server's `Retry-After` and the time that the caller has left.
 */
export class RetrySession<T> {
  readonly #spec: CallSpec<T>;
  readonly #listener: RetryListener;
  readonly #sendAfter: (delayMs: number) => void;
  #pending: PendingAttempt<T> | undefined;
  /** How long attempts and delays have taken. Time in the rate limiter's queue does not count. */
  #elapsedMs = 0;
  #delayMs = 0;
  #disposed = false;

  /** @param sendAfter - sends another attempt, whose result goes to `attemptSucceeded()` or `attemptFailed()`. */
  constructor(spec: CallSpec<T>, listener: RetryListener, sendAfter: (delayMs: number) => void) {
    this.#spec = spec;
    this.#listener = listener;
    this.#sendAfter = sendAfter;
  }

  /**
   * @param firstError - why the first attempt failed, after `tookMs`.
   * @returns the response of a later attempt; never settled once the session is disposed.
   * @throws the last error once there is no further attempt.
   */
  run(firstError: unknown, tookMs: number): Promise<T> {
    this.#elapsedMs = tookMs;
    return pRetry((number) => (number === 1 ? Promise.reject(firstError as Error) : this.#attempt()), {
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: (context) => this.#planNext(context),
    });
  }

  attemptSucceeded(response: T): void {
    this.#pending?.resolve(response);
  }

  attemptFailed(error: unknown, tookMs: number): void {
    this.#elapsedMs += tookMs;
    this.#pending?.reject(error);
  }

  dispose(): void {
    this.#disposed = true;
  }

  #attempt(): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
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
