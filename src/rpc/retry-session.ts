import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, type RequestErrorOptions } from '../errors.js';
import { Code } from '../status.js';
import { nextRetryDelayMs } from './retry.js';
import type { CallSpec, RetryListener } from './call-spec.js';
import { now, type TimerTask } from './timer-wheel.js';

/** Settles what p-retry awaits: an attempt, or the delay before it. */
interface Deferred<T> {
  resolve(response?: T): void;
  reject(error: unknown): void;
}

/**
 * The attempts of one call after its first has failed. p-retry runs them; whether and when there is another one is
 * decided by the policy, with the server's `Retry-After` and the time that the caller has left.
 */
export class RetrySession<T> implements TimerTask {
  readonly #spec: CallSpec<T>;
  readonly #listener: RetryListener;
  readonly #sendAttempt: () => void;
  #deferred: Deferred<T> | undefined;
  /** How long attempts and delays have taken. Time in the rate limiter's queue does not count. */
  #elapsedMs = 0;
  #disposed = false;
  dueMs = 0;
  timerIndex = -1;

  /** @param sendAttempt - sends another attempt, whose result goes to `attemptSucceeded()` or `attemptFailed()`. */
  constructor(spec: CallSpec<T>, listener: RetryListener, sendAttempt: () => void) {
    this.#spec = spec;
    this.#listener = listener;
    this.#sendAttempt = sendAttempt;
  }

  /**
   * @param firstError - why the first attempt failed, after `tookMs`.
   * @returns the response of a later attempt; never settled once the session is disposed.
   * @throws the last error once there is no further attempt.
   */
  run(firstError: unknown, tookMs: number): Promise<T> {
    this.#elapsedMs = tookMs;
    return pRetry(
      (number) => (number === 1 ? Promise.reject(firstError as Error) : this.#defer(() => this.#sendAttempt())),
      { retries: Infinity, minTimeout: 0, onFailedAttempt: (context) => this.#delayNext(context) },
    );
  }

  attemptSucceeded(response: T): void {
    this.#deferred?.resolve(response);
  }

  attemptFailed(error: unknown, tookMs: number): void {
    this.#elapsedMs += tookMs;
    this.#deferred?.reject(error);
  }

  /** The delay is over. */
  onTimer(): void {
    this.#deferred?.resolve();
  }

  dispose(): void {
    this.#disposed = true;
    this.#spec.timers.cancel(this);
  }

  #defer(begin: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#deferred = { resolve: resolve as Deferred<T>['resolve'], reject };
      begin();
    });
  }

  /** Waits until the next attempt; throws if there is none. */
  async #delayNext({ error, attemptNumber }: RetryContext): Promise<void> {
    if (this.#disposed || !isRequestError(error)) throw error;
    const spec = this.#spec;
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) spec.rateLimiter?.throttle();
    const delayMs = nextRetryDelayMs(spec.retry, {
      error,
      method: spec.method,
      attempts: attemptNumber,
      elapsedMs: this.#elapsedMs,
      lastAttemptInMs: spec.lastAttemptInMs?.(now()),
      random: Math.random(),
    });
    if (delayMs === undefined) {
      if (attemptNumber === 1) throw error;
      const options: RequestErrorOptions = error;
      throw new RequestError({ ...options, cause: error.cause, attempts: attemptNumber });
    }
    this.#listener.onRetry?.(error, attemptNumber, delayMs);
    // The listener may have aborted the call.
    if (this.#disposed as boolean) throw error;
    this.#elapsedMs += delayMs;
    await this.#defer(() => spec.timers.schedule(this, now() + delayMs));
  }
}
