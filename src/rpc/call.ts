import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, transportError, type RequestFailure } from '../errors.js';
import { Code } from '../status.js';
import type { CallOptions } from '../transport.js';
import { Attempt, type Sending } from './attempt.js';
import { now } from './clock.js';
import type { Pacer, Turn } from './pacer.js';
import { boundedHintMs, isTransient, retryDelayMs, type RetryPolicy } from './retry.js';
import type { Scheduler, Sleeper } from './scheduler.js';

/** The deadline of one RPC where nothing else is said, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** How a promise is settled. */
interface Pending<T> {
  settle(answer?: T): void;
  fail(error: unknown): void;
}

/**
 * One RPC, from the first attempt to the answer: it enforces each attempt's deadline, and tries again while that makes
 * sense.
 */
export abstract class Call<T> implements Sending<T>, Sleeper, Turn {
  abstract readonly method: string;
  abstract readonly name: string;
  abstract readonly headers: Readonly<Record<string, string>> | undefined;
  /** What to do when it fails. */
  abstract readonly retry: RetryPolicy;
  /** Where it sleeps until its deadline, and before it tries again. */
  abstract readonly scheduler: Scheduler;
  aborted = false;
  /** When it began, which is when it was due. */
  readonly dueMs = now();
  /** When the last attempt was sent. */
  sentMs = this.dueMs;
  wakeMs = 0;
  place = -1;
  #reason: unknown;
  #attempt: Attempt<T> | undefined;
  /** What p-retry waits for: an attempt, or the pause before it. */
  #pending: Pending<T> | undefined;

  /** Says when an attempt may go. */
  get pacer(): Pacer | undefined {
    return undefined;
  }

  abstract send(options: CallOptions): Promise<T>;
  abstract timeoutMs(): number;

  /** Hears of the answer. */
  abstract answered(answer: T): void;

  /** Hears of the {@link RequestError} when it failed for good, or of the reason when it was aborted. */
  abstract failed(error: unknown): void;

  /** The milliseconds until the last attempt that can be of use; a pause between attempts is cut to it. */
  lastChanceMs?(): number;

  /** Hears of each attempt that failed, and of the pause until the next, if there is one. */
  onFailure?(error: RequestError, attempt: number, delayMs: number | undefined): void;

  start(): void {
    // A pause may have ended just before.
    if (this.aborted) this.fail(this.#reason);
    else if (this.pacer) this.pacer.enter(this);
    else this.go();
  }

  /** Sends the request, now that its turn has come. */
  go(): void {
    this.sentMs = now();
    const attempt = (this.#attempt = new Attempt(this));
    if (attempt.timeoutMs < Infinity) this.scheduler.sleep(this, this.sentMs + attempt.timeoutMs);
    attempt.send();
  }

  /** The time of the attempt is up, or the pause is over. */
  wake(): void {
    const { method, name } = this;
    const message = `no answer within ${Math.round(this.#attempt?.timeoutMs ?? 0)} ms`;
    if (this.#attempt) this.#attempt.abort(transportError(method, name, Code.DEADLINE_EXCEEDED, message));
    else this.#pending?.settle();
  }

  settle(answer: T): void {
    this.#end();
    if (this.#pending) this.#pending.settle(answer);
    else this.answered(answer);
  }

  fail(error: unknown): void {
    this.#end();
    if (this.#pending) this.#pending.fail(error);
    else if (this.aborted) this.failed(error);
    else this.#retry(error);
  }

  /** Gives it up, in whatever phase it is. */
  abort(reason?: unknown): void {
    this.aborted = true;
    this.#reason = reason;
    this.pacer?.leave(this);
    if (this.#attempt) this.#attempt.abort(reason);
    else this.fail(reason);
  }

  #end(): void {
    this.scheduler.forget(this);
    this.#attempt = undefined;
  }

  // p-retry costs more than a request that succeeds: it is called in once one has failed, and told of that one first.
  #retry(failure: unknown): void {
    const pending = (begin: () => void): Promise<T> =>
      new Promise<T>((resolve, fail) => {
        this.#pending = { settle: resolve as Pending<T>['settle'], fail };
        begin();
      });
    pRetry((number) => (number === 1 ? Promise.reject(failure as Error) : pending(() => this.start())), {
      // It runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: async (failed) => {
        const pauseMs = this.#pauseMs(failed);
        await pending(() => this.scheduler.sleep(this, now() + pauseMs));
      },
    }).then(
      (answer) => this.answered(answer),
      (error: unknown) => this.failed(error),
    );
  }

  /** How long to wait after a failed attempt until the next; throws if there is to be none. */
  #pauseMs({ error, attemptNumber }: RetryContext): number {
    if (this.aborted || !isRequestError(error)) throw error;
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) this.pacer?.slowDown();
    const { retry } = this;
    const leftMs = retry.windowMs - (now() - this.dueMs);
    // Who waits for an operation has time; a single call that may not be sent again within its window ends now.
    const tooLate = leftMs <= 0 || (!this.lastChanceMs && boundedHintMs(error.retryAfterMs) > leftMs);
    if (attemptNumber >= retry.maxAttempts || tooLate || !isTransient(error, this.method, retry.codes)) {
      this.onFailure?.(error, attemptNumber, undefined);
      if (attemptNumber === 1) throw error;
      const failure: RequestFailure = error;
      throw new RequestError({ ...failure, cause: error.cause, attempts: attemptNumber });
    }
    const delayMs = retryDelayMs(attemptNumber, error.retryAfterMs, retry, Math.random());
    const chanceMs = this.lastChanceMs?.() ?? Infinity;
    const pauseMs = Math.round(Math.min(delayMs, leftMs, chanceMs > 0 ? chanceMs : Infinity));
    this.onFailure?.(error, attemptNumber, pauseMs);
    return pauseMs;
  }
}
