import { throwInvalidArgument } from '../arguments.js';
import { requestError } from '../errors.js';
import { Code } from '../status.js';
import { CallAttempt } from './call-attempt.js';
import type { CallSpec, RetryListener, Sent } from './call-spec.js';
import type { RateLimitedTask } from './rate-limiter.js';
import { RetrySession } from './retry-session.js';
import { now, type TimerTask } from './timer-wheel.js';
import { toRequestError } from './to-request-error.js';

/** Receives the outcome of a call. */
export interface CallObserver<T> extends RetryListener {
  onResponse(response: T, call: RpcCall<T>, nowMs: number): void;
  /** Called with the final error once retries are exhausted: a {@link RequestError}, or whatever was thrown. */
  onFailure(error: unknown, call: RpcCall<T>): void;
  /** Called with anything that the other two throw; absent: they throw nothing. */
  fail?(error: unknown): void;
}

/**
 * One RPC, from its first attempt to its outcome. It enforces the deadline of each attempt, whether or not the transport
 * does, and repeats attempts by a {@link RetrySession}. An aborted call does not call its observer.
 */
export class RpcCall<T> implements TimerTask, RateLimitedTask {
  readonly spec: CallSpec<T>;
  readonly #observer: CallObserver<T>;
  /** When the last attempt was sent; −1: none was. */
  sentMs = -1;
  // The deadline of the attempt, or when to send it.
  dueMs = 0;
  timerIndex = -1;
  previous: RateLimitedTask | undefined;
  next: RateLimitedTask | undefined;
  #attempt: CallAttempt | undefined;
  #retries: RetrySession | undefined;
  #aborted = false;

  constructor(observer: CallObserver<T>, spec: CallSpec<T>) {
    this.#observer = observer;
    this.spec = spec;
  }

  /** @param atStart - whether it has waited in the queue of the rate limiter before. */
  start(nowMs = now(), atStart?: boolean): void {
    const { rateLimiter } = this.spec;
    // A delay may have ended just before the call was aborted.
    if (this.#aborted) return;
    if (rateLimiter) rateLimiter.enqueue(this, atStart);
    else this.run(nowMs);
  }

  /** Sends an attempt. */
  run(nowMs = now()): void {
    const spec = this.spec;
    // A server may have sent a retry delay since the call was queued, for another request.
    const deferralMs = (this.#retries ?? spec.rateLimiter) && spec.bounds?.deferralMs(nowMs);
    if (deferralMs && deferralMs > 0) return spec.timers.schedule(this, nowMs + deferralMs);
    this.sentMs = nowMs;
    const attempt = (this.#attempt = new CallAttempt(spec.timeoutMs(nowMs), spec.headers));
    if (attempt.timeoutMs < Infinity) spec.timers.schedule(this, nowMs + attempt.timeoutMs);
    const onError = (error: unknown): void => {
      if (attempt === this.#attempt) this.#handleError(toRequestError(error, spec));
    };
    try {
      const sent = spec.send(attempt) as Sent<T> | undefined;
      if (typeof sent?.then !== 'function') throwInvalidArgument('call the transport', spec.method, 'a promise', sent);
      sent.then((response) => {
        if (attempt === this.#attempt) this.#handleResponse(response);
      }, onError);
    } catch (error) {
      onError(error);
    }
  }

  /** The deadline of the attempt has passed, or the delay before it. */
  onTimer(): void {
    const attempt = this.#attempt;
    // The second retry queues anew, like those after it: calls that keep failing must not starve the others.
    if (!attempt) return this.start(now(), (this.#retries?.attempts ?? 0) < 2);
    const message = `no response within ${Math.round(attempt.timeoutMs)} ms`;
    const error = requestError(this.spec, Code.DEADLINE_EXCEEDED, message);
    this.#handleError(error);
    attempt.abort(error);
  }

  /** Aborts the call, in whatever state it is. */
  abort(reason?: unknown): undefined {
    this.#aborted = true;
    this.spec.rateLimiter?.cancel(this);
    this.#retries?.dispose();
    this.#finishAttempt()?.abort(reason);
  }

  #finishAttempt(): CallAttempt | undefined {
    const attempt = this.#attempt;
    this.spec.timers.cancel(this);
    this.#attempt = undefined;
    return attempt;
  }

  #handleResponse(response: T): void {
    this.#finishAttempt();
    try {
      this.#observer.onResponse(response, this, now());
    } catch (error) {
      this.#observer.fail?.(error);
    }
  }

  #handleError(error: unknown): void {
    // The machine may have been suspended: time asleep must not count against the retry window.
    const tookMs = Math.min(now() - this.sentMs, (this.#attempt as CallAttempt).timeoutMs);
    this.#finishAttempt();
    if (this.#retries) return this.#retries.attemptFailed(error, tookMs);
    const observer = this.#observer;
    // Made only once an attempt has failed, since it costs more than a request that succeeds.
    this.#retries = new RetrySession(this.spec, observer, this);
    this.#retries
      .run(error, tookMs)
      .catch((finalError: unknown) => {
        if (!this.#aborted) observer.onFailure(finalError, this);
      })
      .catch((thrown: unknown) => observer.fail?.(thrown));
  }
}
