import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, transportError, type RequestErrorOptions } from '../errors.js';
import { Code } from '../status.js';
import type { CallOptions } from '../transport.js';
import { Attempt } from './attempt.js';
import { toFailure } from './failure.js';
import type { Pacer, Turn } from './pacer.js';
import { boundedHintMs, isTransient, retryDelayMs, type RetryPolicy } from './retry.js';
import { now, type Scheduler, type Sleeper } from './scheduler.js';

/** The deadline of one RPC where nothing else is said, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** What is asked, and how. */
export interface Rpc<T> {
  /** The RPC's name, such as `'GetOperation'`. */
  readonly method: string;
  /** The name it is about. */
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What to do when it fails. */
  readonly retry: RetryPolicy;
  /** Where it sleeps until its deadline, and before it tries again. */
  readonly scheduler: Scheduler;
  /** Says when an attempt may go. */
  readonly pacer?: Pick<Pacer, 'enter' | 'leave' | 'slowDown'> | undefined;
  /** The deadline of the next attempt, in milliseconds. */
  timeoutMs(nowMs: number): number;
  /** Sends the request, once. */
  send(options: CallOptions): Promise<T>;
  /** The milliseconds until the last attempt that can be of use; a pause between attempts is cut to it. */
  lastChanceMs?(nowMs: number): number;
}

/** Receives the outcome of a call. */
export interface Asker<T> {
  onResponse(response: T, call: Call<T>, nowMs: number): void;
  /** Called with the final error once retries are exhausted: a {@link RequestError}, or whatever was thrown. */
  onFailure?(error: unknown, call: Call<T>): void;
  /** Called with the final error where there is no `onFailure`, and with anything that the other two throw. */
  onError(error: unknown): void;
  /** Called before each retry, with the delay in milliseconds. */
  onRetry?(error: RequestError, attempt: number, delayMs: number): void;
}

/** Settles what p-retry waits for: an attempt, or the pause before it. */
interface Pending<T> {
  resolve(answer?: T): void;
  reject(error: unknown): void;
}

/**
 * One RPC, from the first attempt to the answer: it enforces each attempt's deadline, and tries again while that makes
 * sense. Whoever asked is answered at once when the time is up, whether or not the transport lets go; and hears nothing
 * more of a call that it gave up.
 */
export class Call<T> implements Sleeper, Turn {
  readonly #rpc: Rpc<T>;
  readonly #asker: Asker<T>;
  /** When it began, which is when it was due. */
  dueMs = 0;
  /** When the last attempt was sent; −1: none was. */
  sentMs = -1;
  wakeMs = 0;
  place = -1;
  #attempt: Attempt | undefined;
  #pending: Pending<T> | undefined;
  #givenUp = false;

  constructor(asker: Asker<T>, rpc: Rpc<T>) {
    this.#rpc = rpc;
    this.#asker = asker;
  }

  start(nowMs = now()): void {
    this.dueMs = nowMs;
    this.#enter(nowMs);
  }

  /** Sends the request when its turn has come. */
  #enter(nowMs: number): void {
    const { pacer } = this.#rpc;
    // A pause may have ended just before it was given up.
    if (this.#givenUp) return;
    if (pacer) pacer.enter(this);
    else this.go(nowMs);
  }

  go(nowMs = now()): void {
    const rpc = this.#rpc;
    this.sentMs = nowMs;
    const attempt = (this.#attempt = new Attempt(rpc.timeoutMs(nowMs), rpc.headers));
    if (attempt.timeoutMs < Infinity) rpc.scheduler.sleep(this, nowMs + attempt.timeoutMs);
    const failed = (error: unknown): void => {
      // p-retry takes only errors of ours for what they are, and gives up on a TypeError.
      if (attempt === this.#attempt) this.#fail(toFailure(error, rpc));
    };
    try {
      rpc.send(attempt).then((answer) => {
        if (attempt === this.#attempt) this.#settle(answer);
      }, failed);
    } catch (error) {
      failed(error);
    }
  }

  /** The time of the attempt is up, or the pause is over. */
  wake(nowMs: number): void {
    const attempt = this.#attempt;
    // What slept in between was this machine: hours in which nothing was asked are no hours without an answer.
    this.dueMs += nowMs - this.wakeMs;
    if (!attempt) return this.#pending?.resolve();
    const { method, name } = this.#rpc;
    const message = `no answer within ${Math.round(attempt.timeoutMs)} ms`;
    const error = transportError(method, name, Code.DEADLINE_EXCEEDED, message);
    this.#fail(error);
    attempt.abort(error);
  }

  /** Gives it up, in whatever phase it is. */
  abort(reason?: unknown): void {
    this.#givenUp = true;
    this.#rpc.pacer?.leave(this);
    this.#end()?.abort(reason);
  }

  #end(): Attempt | undefined {
    const attempt = this.#attempt;
    this.#rpc.scheduler.forget(this);
    this.#attempt = undefined;
    return attempt;
  }

  #settle(answer: T): void {
    this.#end();
    if (this.#pending) this.#pending.resolve(answer);
    else this.#answered(answer, now());
  }

  #fail(error: unknown): void {
    this.#end();
    if (this.#pending) this.#pending.reject(error);
    else this.#retry(error);
  }

  #answered(answer: T, nowMs: number): void {
    try {
      if (!this.#givenUp) this.#asker.onResponse(answer, this, nowMs);
    } catch (error) {
      this.#asker.onError(error);
    }
  }

  #failed(failure: unknown): void {
    const asker = this.#asker;
    try {
      if (this.#givenUp) return;
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
        this.#pending = { resolve: resolve as Pending<T>['resolve'], reject };
        begin();
      });
    pRetry((number) => (number === 1 ? Promise.reject(failure as Error) : pending(() => this.#enter(now()))), {
      // It runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: async (failed) => {
        const pauseMs = this.#pauseMs(failed);
        // Who heard of it may have given it up.
        if (this.#givenUp) throw failed.error;
        await pending(() => this.#rpc.scheduler.sleep(this, now() + pauseMs));
      },
    }).then(
      (answer) => this.#answered(answer, now()),
      (error: unknown) => this.#failed(error),
    );
  }

  /** How long to wait after a failed attempt until the next; throws if there is to be none. */
  #pauseMs({ error, attemptNumber }: RetryContext): number {
    const rpc = this.#rpc;
    const { retry } = rpc;
    if (this.#givenUp || !isRequestError(error)) throw error;
    if (error.rpcCode === Code.RESOURCE_EXHAUSTED) rpc.pacer?.slowDown();
    const leftMs = retry.maxElapsedMs - (now() - this.dueMs);
    // Who waits for an operation has time; a single call that may not be sent again within its window ends now.
    const tooLate = leftMs <= 0 || (!rpc.lastChanceMs && boundedHintMs(error.retryAfterMs) > leftMs);
    if (attemptNumber >= retry.maxAttempts || tooLate || !isTransient(error, rpc.method, retry.codes)) {
      if (attemptNumber === 1) throw error;
      const failure: RequestErrorOptions = error;
      throw new RequestError({ ...failure, cause: error.cause, attempts: attemptNumber });
    }
    const delayMs = retryDelayMs(attemptNumber, error.retryAfterMs, retry, Math.random());
    const chanceMs = rpc.lastChanceMs?.(now()) ?? Infinity;
    const pauseMs = Math.round(Math.min(delayMs, leftMs, chanceMs > 0 ? chanceMs : Infinity));
    this.#asker.onRetry?.(error, attemptNumber, pauseMs);
    return pauseMs;
  }
}
