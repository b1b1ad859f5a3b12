import { throwInvalidArgument } from '../arguments.js';
import { requestError } from '../errors.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions } from '../transport.js';
import { internalCall } from './call-options.js';
import type { CallSpec, RetryListener, Sent } from './call-spec.js';
import type { RateLimitedTask } from './rate-limiter.js';
import { RetrySession } from './retry-session.js';
import { now, type Bucket, type TimerTask } from './timer-wheel.js';
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
  /** When the last attempt was sent; −1: it is still queued. */
  sentMs = -1;
  // The deadline of the attempt, or when to send it.
  bucket: Bucket | undefined;
  timerIndex = 0;
  // Only declared, so that calls that are not queued hold no fields for it.
  declare previous?: RateLimitedTask;
  declare next?: RateLimitedTask;
  #attempt: CallAttempt | undefined;
  #retries: RetrySession | undefined;
  #aborted = false;

  constructor(observer: CallObserver<T>, spec: CallSpec<T>) {
    this.#observer = observer;
    this.spec = spec;
  }

  /** @param atStart - whether it has waited in the queue of the rate limiter before. */
  start(nowMs = now(), atStart?: boolean): void {
    const { rateLimiter } = this.spec.context;
    // A delay may have ended just before the call was aborted.
    if (this.#aborted) return;
    if (!rateLimiter) return this.run(nowMs);
    this.sentMs = -1;
    rateLimiter.enqueue(this, atStart);
  }

  /** Sends an attempt. */
  run(nowMs = now()): void {
    const spec = this.spec;
    // A server may have sent a retry delay since the call was queued, for another request.
    const retries = this.#retries;
    const deferralMs = (retries ?? spec.context.rateLimiter) && spec.bounds?.deferralMs(nowMs);
    if (deferralMs && deferralMs > 0) return spec.context.timers.schedule(this, nowMs + deferralMs);
    this.sentMs = nowMs;
    const timeoutMs = spec.timeoutMs(nowMs, retries?.attempts ?? 0, retries?.elapsedMs ?? 0);
    const attempt = (this.#attempt = new CallAttempt(timeoutMs, spec.settings.headers));
    if (timeoutMs < Infinity) spec.context.timers.schedule(this, nowMs + timeoutMs);
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
    this.spec.context.rateLimiter?.cancel(this);
    this.#retries?.dispose();
    this.#finishAttempt()?.abort(reason);
  }

  #finishAttempt(): CallAttempt | undefined {
    const attempt = this.#attempt;
    this.spec.context.timers.cancel(this);
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

/**
 * The options of one attempt, as a transport gets them. For a transport of this package it is the signal as well; a native
 * AbortSignal is created lazily on first access of `signal`, since creating one costs more than the rest of a poll.
 */
export class CallAttempt implements CallOptions, AbortSignalLike {
  declare readonly signal: AbortSignal;
  declare readonly headers?: Readonly<Record<string, string>>;
  timeoutMs: number;
  #aborted = false;
  #reason: unknown;
  #listeners: readonly (() => void)[] = noListeners;
  #controller: AbortController | undefined;

  constructor(timeoutMs: number, headers: Readonly<Record<string, string>> | undefined) {
    this.timeoutMs = timeoutMs;
    if (headers) this.headers = headers;
    Object.defineProperty(this, 'signal', nativeSignalProperty);
  }

  get [internalCall](): this {
    return this;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }

  abort(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#controller?.abort(reason);
  }

  get nativeSignal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }
}

const noListeners: readonly never[] = [];

// An own enumerable property, so that a copy of the options has it too.
const nativeSignalProperty = {
  get(this: CallAttempt): AbortSignal {
    return this.nativeSignal;
  },
  enumerable: true,
};
