import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, requestError, type RequestErrorOptions } from '../errors.js';
import { Code } from '../status.js';
import type { CallOptions } from '../transport.js';
import { CallAttempt } from './call-attempt.js';
import { toRequestError } from './to-request-error.js';
import type { RateLimiter, RateLimitedTask } from './rate-limiter.js';
import { clampRetryAfterMs, isRetryable, retryDelayMs, type RetryPolicy } from './retry.js';
import { now, type TimerWheel, type TimerTask } from './timer-wheel.js';

/** The deadline of one RPC where nothing else is said, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** What is asked, and how. */
export interface CallSpec<T> {
  /** The RPC's name, such as `'GetOperation'`. */
  readonly method: string;
  /** The name it is about. */
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What to do when it fails. */
  readonly retry: RetryPolicy;
  /** Where it sleeps until its deadline, and before it tries again. */
  readonly timers: TimerWheel;
  /** Says when an attempt may go. */
  readonly rateLimiter?: Pick<RateLimiter, 'enqueue' | 'cancel' | 'throttle'> | undefined;
  /** The deadline of the next attempt, in milliseconds. */
  timeoutMs(nowMs: number): number;
  /** Sends the request, once. */
  send(options: CallOptions): Promise<T>;
  /** The milliseconds until the last attempt that can be of use; a pause between attempts is cut to it. */
  lastAttemptInMs?(nowMs: number): number;
}

/** Receives the outcome of a call. */
export interface CallObserver<T> {
  onResponse(response: T, call: RpcCall<T>, nowMs: number): void;
  /** Called with the final error once retries are exhausted: a {@link RequestError}, or whatever was thrown. */
  onFailure?(error: unknown, call: RpcCall<T>): void;
  /** Called with the final error where there is no `onFailure`, and with anything that the other two throw. */
  onError(error: unknown): void;
  /** Called before each retry, with the delay in milliseconds. */
  onRetry?(error: RequestError, attempt: number, delayMs: number): void;
}

/** Settles what p-retry waits for: an attempt, or the pause before it. */
interface Deferred<T> {
  resolve(answer?: T): void;
  reject(error: unknown): void;
}

/**
 * One RPC, from the first attempt to the answer: it enforces each attempt's deadline, and tries again while that makes
 * sense. Whoever asked is answered at once when the time is up, whether or not the transport lets go; and hears nothing
 * more of a call that it gave up.
 */
export class RpcCall<T> implements TimerTask, RateLimitedTask {
  readonly #rpc: CallSpec<T>;
  readonly #observer: CallObserver<T>;
  /** When it began, which is when it was due. */
  startedMs = 0;
  /** When the last attempt was sent; −1: none was. */
  sentMs = -1;
  dueMs = 0;
  timerIndex = -1;
  #attempt: CallAttempt | undefined;
  #deferred: Deferred<T> | undefined;
  #aborted = false;

  constructor(asker: CallObserver<T>, rpc: CallSpec<T>) {
    this.#rpc = rpc;
    this.#observer = asker;
  }

  start(nowMs = now()): void {
    this.startedMs = nowMs;
    this.#enqueue(nowMs);
  }

  /** Sends the request when its turn has come. */
  #enqueue(nowMs: number): void {
    const { rateLimiter } = this.#rpc;
    // A pause may have ended just before it was given up.
    if (this.#aborted) return;
    if (rateLimiter) rateLimiter.enqueue(this);
    else this.run(nowMs);
  }

  run(nowMs = now()): void {
    const rpc = this.#rpc;
    this.sentMs = nowMs;
    const attempt = (this.#attempt = new CallAttempt(rpc.timeoutMs(nowMs), rpc.headers));
    if (attempt.timeoutMs < Infinity) rpc.timers.schedule(this, nowMs + attempt.timeoutMs);
    const failed = (error: unknown): void => {
      // p-retry takes only errors of ours for what they are, and gives up on a TypeError.
      if (attempt === this.#attempt) this.#handleError(toRequestError(error, rpc));
    };
    try {
      rpc.send(attempt).then((answer) => {
        if (attempt === this.#attempt) this.#handleResponse(answer);
      }, failed);
    } catch (error) {
      failed(error);
    }
  }

  /** The time of the attempt is up, or the pause is over. */
  onTimer(nowMs: number): void {
    const attempt = this.#attempt;
    // What slept in between was this machine: hours in which nothing was asked are no hours without an answer.
    this.startedMs += nowMs - this.dueMs;
    if (!attempt) return this.#deferred?.resolve();
    const message = `no answer within ${Math.round(attempt.timeoutMs)} ms`;
    const error = requestError(this.#rpc, Code.DEADLINE_EXCEEDED, message);
    this.#handleError(error);
    attempt.abort(error);
  }

  /** Gives it up, in whatever phase it is. */
  abort(reason?: unknown): void {
    this.#aborted = true;
    this.#rpc.rateLimiter?.cancel(this);
    this.#finish()?.abort(reason);
  }

  #finish(): CallAttempt | undefined {
    const attempt = this.#attempt;
    this.#rpc.timers.cancel(this);
    this.#attempt = undefined;
    return attempt;
  }

  #handleResponse(answer: T): void {
    this.#finish();
    if (this.#deferred) this.#deferred.resolve(answer);
    else this.#notifyResponse(answer, now());
  }

  #handleError(error: unknown): void {
    this.#finish();
    if (this.#deferred) this.#deferred.reject(error);
    else this.#retry(error);
  }

  #notifyResponse(answer: T, nowMs: number): void {
    try {
      if (!this.#aborted) this.#observer.onResponse(answer, this, nowMs);
    } catch (error) {
      this.#observer.onError(error);
    }
  }

  #notifyFailure(failure: unknown): void {
    const asker = this.#observer;
    try {
      if (this.#aborted) return;
      if (asker.onFailure) asker.onFailure(failure, this);
      else asker.onError(failure);
    } catch (error) {
      asker.onError(error);
    }
  }

  // p-retry costs more than a request that succeeds: it is called in once one has failed, and told of that one first.
  #retry(failure: unknown): void {
    const pending = (begin: () => void): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        this.#deferred = { resolve: resolve as Deferred<T>['resolve'], reject };
        begin();
      });
    pRetry((number) => (number === 1 ? Promise.reject(failure as Error) : pending(() => this.#enqueue(now()))), {
      // It runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: async (failed) => {
        const pauseMs = this.#retryDelayMs(failed);
        // Who heard of it may have given it up.
        if (this.#aborted) throw failed.error;
        await pending(() => this.#rpc.timers.schedule(this, now() + pauseMs));
      },
    }).then(
      (answer) => this.#notifyResponse(answer, now()),
      (error: unknown) => this.#notifyFailure(error),
    );
  }

  /** How long to wait after a failed attempt until the next; throws if there is to be none. */
  #retryDelayMs({ error, attemptNumber }: RetryContext): number {
    const rpc = this.#rpc;
    const { retry } = rpc;
    if (this.#aborted || !isRequestError(error)) throw error;
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) rpc.rateLimiter?.throttle();
    const leftMs = retry.maxElapsedMs - (now() - this.startedMs);
    // Who waits for an operation has time; a single call that may not be sent again within its window ends now.
    const tooLate = leftMs <= 0 || (!rpc.lastAttemptInMs && clampRetryAfterMs(error.retryAfterMs) > leftMs);
    if (attemptNumber >= retry.maxAttempts || tooLate || !isRetryable(error, rpc.method, retry.codes)) {
      if (attemptNumber === 1) throw error;
      const failure: RequestErrorOptions = error;
      throw new RequestError({ ...failure, cause: error.cause, attempts: attemptNumber });
    }
    const delayMs = retryDelayMs(attemptNumber, error.retryAfterMs, retry, Math.random());
    const chanceMs = rpc.lastAttemptInMs?.(now()) ?? Infinity;
    const pauseMs = Math.round(Math.min(delayMs, leftMs, chanceMs > 0 ? chanceMs : Infinity));
    this.#observer.onRetry?.(error, attemptNumber, pauseMs);
    return pauseMs;
  }
}
