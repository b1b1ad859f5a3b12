import pRetry from 'p-retry';
import { isRequestError, withAttempts } from '../errors.js';
import { Code } from '../status.js';
import { nextRetryDelayMs } from './retry.js';
import type { CallSpec, RetryListener } from './call-spec.js';
import { now, type TimerTask } from './timer-wheel.js';

/** A call, whose timer sends the next attempt. */
interface RetriedCall extends TimerTask {
  /** When the last attempt was sent. */
  readonly sentMs: number;
}

/** What p-retry gets for any failure. */
const failed = new Error();

/**
 * The attempts of one call after its first has failed. p-retry runs them; whether and when there is another one is
 * decided by the policy, with the server's `Retry-After` and the time that the caller has left.
 */
export class RetrySession {
  readonly #spec: CallSpec<unknown>;
  readonly #listener: RetryListener;
  readonly #call: RetriedCall;
  /** Rejects what p-retry awaits: an attempt, with the delay before it. */
  #reject: ((error: Error) => void) | undefined;
  /** Why the last attempt failed. p-retry gets {@link failed} instead: it wraps what is not an Error of this realm. */
  #error: unknown;
  #delayMs!: number;
  #disposed = false;
  /** How many attempts have failed. */
  attempts = 0;
  /** How long attempts and delays have taken. Time in the rate limiter's queue does not count. */
  elapsedMs = 0;

  /** @param call - sends another attempt when its timer fires, whose failure goes to `attemptFailed()`. */
  constructor(spec: CallSpec<unknown>, listener: RetryListener, call: RetriedCall) {
    this.#spec = spec;
    this.#listener = listener;
    this.#call = call;
  }

  /**
   * @param firstError - why the first attempt failed, after `tookMs`.
   * @returns never settled if a later attempt succeeds, or the session is disposed.
   * @throws the last error once there is no further attempt.
   */
  run(firstError: unknown, tookMs: number): Promise<never> {
    this.attemptFailed(firstError, tookMs);
    return pRetry((number) => (number === 1 ? Promise.reject(failed) : this.#attempt()), {
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: () => this.#planNext(),
    });
  }

  attemptFailed(error: unknown, tookMs: number): void {
    this.attempts++;
    this.elapsedMs += tookMs;
    this.#error = error;
    this.#reject?.(failed);
  }

  dispose(): void {
    this.#disposed = true;
  }

  #attempt(): Promise<never> {
    return new Promise((_, reject) => {
      this.#reject = reject;
      if (!this.#disposed) this.#spec.context.timers.schedule(this.#call, now() + this.#delayMs);
    });
  }

  /** Determines the delay before the next attempt; throws if there is none. */
  #planNext(): void {
    const error = this.#error;
    if (this.#disposed || !isRequestError(error)) throw error;
    const { attempts } = this;
    const { settings, context, method, bounds } = this.#spec;
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) context.rateLimiter?.throttle(this.#call.sentMs);
    const delayMs = nextRetryDelayMs(settings.retry, {
      error,
      method,
      attempts,
      elapsedMs: this.elapsedMs,
      lastAttemptInMs: bounds?.lastAttemptInMs(now()),
      random: Math.random(),
    });
    if (delayMs === undefined) throw withAttempts(error, attempts);
    this.elapsedMs += delayMs;
    this.#delayMs = delayMs;
    this.#listener.onRetry?.(error, attempts, delayMs, this.#call);
  }
}
