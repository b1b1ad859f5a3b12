import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, transportError, type RequestFailure } from '../errors.js';
import { Code } from '../status.js';
import type { CallOptions } from '../transport.js';
import { abortReason, OwnSignal } from './abort.js';
import { Attempt, type Sending, type Sink } from './attempt.js';
import { delay, now } from './clock.js';
import { isTransient, retryDelayMs, type RetryPolicy } from './retry.js';
import type { Scheduler, Sleeper } from './scheduler.js';

/**
 * One RPC, from the first attempt to the answer: it enforces each attempt's deadline, and tries again while that makes
 * sense. It is the signal that gives it up too.
 */
export abstract class Call<T> extends OwnSignal implements Sending<T>, Sink<T>, Sleeper {
  abstract readonly method: string;
  abstract readonly name: string;
  /** What to do when it fails. */
  abstract readonly retry: RetryPolicy;
  abstract readonly headers: Readonly<Record<string, string>> | undefined;
  /** Where it sleeps until its deadline. */
  abstract readonly scheduler: Scheduler;
  /** When it began, and when the last attempt was sent. */
  readonly startMs = now();
  sentMs = this.startMs;
  wakeMs = 0;
  place = -1;
  #attempt: Attempt<T> | undefined;

  abstract send(options: CallOptions): Promise<T>;
  abstract timeoutMs(): number;

  /** Hears of the answer. */
  abstract answered(answer: T): void;

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
    const attempt = this.#attempt;
    this.#end();
    super.abort(reason);
    attempt?.abort(abortReason(this));
  }

  /** The time of the attempt is up. */
  wake(): void {
    const { method, name } = this;
    const message = `no answer within ${Math.round(this.#attempt?.timeoutMs ?? 0)} ms`;
    this.#attempt?.abort(transportError(method, name, Code.DEADLINE_EXCEEDED, message));
  }

  /** Hears the answer to the first attempt. */
  settle(answer: T): void {
    this.#end();
    this.answered(answer);
  }

  /** Hears that the first attempt failed. */
  fail(failure: unknown): void {
    this.#end();
    if (this.aborted) return this.failed(abortReason(this));
    // p-retry costs more than a request that succeeds: it is called in once one has failed, and told of that one first.
    const again = (number: number): Promise<T> =>
      new Promise<T>((settle, fail) => {
        if (number === 1) fail(failure);
        else this.#try({ settle, fail });
      }).finally(() => this.#end());
    pRetry(again, {
      // It runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: (failed) => this.#pause(failed),
    }).then(
      (answer) => this.answered(answer),
      (error: unknown) => this.failed(error),
    );
  }

  /** The attempt is over. */
  #end(): void {
    this.scheduler.forget(this);
    this.#attempt = undefined;
  }

  #try(sink: Sink<T>): void {
    const go = (): void => {
      // Aborted since the turn came: no event will come.
      if (this.aborted) return sink.fail(abortReason(this));
      const attempt = (this.#attempt = new Attempt(this, sink));
      if (attempt.timeoutMs < Infinity) this.scheduler.sleep(this, this.sentMs + attempt.timeoutMs);
      attempt.send();
    };
    const turn = this.admit?.();
    if (turn) void turn.then(go);
    else go();
  }

  /** Waits after a failed attempt until the next, or throws if there is to be none. */
  async #pause({ error, attemptNumber }: RetryContext): Promise<void> {
    if (this.aborted) throw abortReason(this);
    if (!isRequestError(error)) throw error;
    const { retry } = this;
    const leftMs = retry.windowMs - (now() - this.startMs);
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
