import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, type RequestFailure } from '../errors.js';
import type { CallOptions } from '../transport.js';
import { abortReason, OwnSignal } from './abort.js';
import { Attempt, type Sending, type Sink } from './attempt.js';
import { delay, now } from './clock.js';
import { isTransient, retryDelayMs, type RetryPolicy } from './retry.js';

/**
 * One RPC, from the first attempt to the answer: it enforces each attempt's deadline, and tries again while that makes
 * sense. It is the signal that gives it up too.
 */
export abstract class Call<T> extends OwnSignal implements Sending<T>, Sink<T> {
  abstract readonly method: string;
  abstract readonly name: string;
  /** What to do when it fails. */
  abstract readonly retry: RetryPolicy;
  abstract readonly headers: Readonly<Record<string, string>> | undefined;
  readonly #startMs = now();
  #attempt: Attempt<T> | undefined;

  abstract send(options: CallOptions): Promise<T>;
  abstract timeoutMs(): number;

  /** Hears of the answer. */
  abstract settle(answer: T): void;

  /** Hears of the {@link RequestError} when it failed for good, or of the signal's reason. */
  abstract failed(error: unknown): void;

  /** The milliseconds until the last attempt that can be of use; a pause between attempts is cut to it. */
  lastChanceMs?(): number;

  /** Waits until the next attempt may go; undefined: it may go at once. */
  admit?(): Promise<void> | undefined;

  /** Hears of each attempt that failed, and of the pause until the next, if there is one. */
  onFailure?(error: RequestError, attempt: number, delayMs: number | undefined): void;

  start(): void {
    this.#try(this);
  }

  override abort(reason?: unknown): void {
    super.abort(reason);
    this.#attempt?.abort(abortReason(this));
  }

  /** Hears that the first attempt failed. */
  fail(failure: unknown): void {
    if (this.aborted) return this.failed(abortReason(this));
    // p-retry costs more than a request that succeeds: it is called in once one has failed, and told of that one first.
    const again = (number: number): Promise<T> =>
      new Promise((settle, fail) => {
        if (number === 1) fail(failure);
        else this.#try({ settle, fail });
      });
    pRetry(again, {
      // It runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: (failed) => this.#pause(failed),
    }).then(
      (answer) => this.settle(answer),
      (error: unknown) => this.failed(error),
    );
  }

  #try(sink: Sink<T>): void {
    const go = (): void => {
      // Aborted since the turn came: no event will come.
      if (this.aborted) return sink.fail(abortReason(this));
      this.#attempt = new Attempt(this, sink);
      this.#attempt.send();
    };
    const turn = this.admit?.();
    if (turn) void turn.then(go);
    else go();
  }

  /** Waits after a failed attempt until the next, or throws if there is to be none. */
  async #pause({ error, attemptNumber }: RetryContext): Promise<void> {
    this.#attempt = undefined;
    if (this.aborted) throw abortReason(this);
    if (!isRequestError(error)) throw error;
    const { retry } = this;
    const leftMs = retry.windowMs - (now() - this.#startMs);
    if (attemptNumber >= retry.maxAttempts || leftMs <= 0 || !isTransient(error, this.method, retry.codes)) {
      this.onFailure?.(error, attemptNumber, undefined);
      if (attemptNumber === 1) throw error;
      const failure: RequestFailure = error;
      throw new RequestError({ ...failure, cause: error.cause, attempts: attemptNumber });
    }
    const delayMs = retryDelayMs(attemptNumber, error.retryAfterMs, retry, Math.random());
    const chanceMs = this.lastChanceMs?.() ?? Infinity;
    const pauseMs = Math.min(delayMs, leftMs, chanceMs > 0 ? chanceMs : Infinity);
    this.onFailure?.(error, attemptNumber, pauseMs);
    await delay(pauseMs, this);
  }
}
