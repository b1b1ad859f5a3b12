import type { RequestError } from '../errors.js';
import type { CallOptions } from '../transport.js';
import type { RateLimiter } from './rate-limiter.js';
import type { RetryPolicy } from './retry.js';
import type { TimerWheel } from './timer-wheel.js';

/** What a call awaits: a promise, or what only has its `then()`. */
export interface Sent<T> {
  then(onResponse: (response: T) => unknown, onError: (error: unknown) => unknown): unknown;
}

/** What to send, and how. */
export interface CallSpec<T> {
  /** The RPC, such as `'GetOperation'`. */
  readonly method: string;
  /** The name in the request. */
  readonly name: string;
  readonly settings: {
    /** What to do when an attempt fails. */
    readonly retry: RetryPolicy;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  };
  readonly context: {
    /** Holds the deadlines of attempts, and the delays between them. */
    readonly timers: TimerWheel;
    /** Limits how many attempts are sent per second. */
    readonly rateLimiter?: Pick<RateLimiter, 'enqueue' | 'cancel' | 'throttle'> | undefined;
  };
  /**
   * The deadline of the next attempt, in milliseconds.
   *
   * @param attempts - how many attempts have failed.
   * @param elapsedMs - how long these and the delays after them have taken.
   */
  timeoutMs(nowMs: number, attempts: number, elapsedMs: number): number;
  /** Sends one request. */
  send(options: CallOptions): Sent<T>;
  /** What bounds the time of the attempts, apart from the policy. */
  readonly bounds?: AttemptBounds | undefined;
}

/** What bounds the time of the attempts of a call. */
export interface AttemptBounds {
  /** The milliseconds until the last attempt that can be of use; a delay between attempts is cut to it. */
  lastAttemptInMs(nowMs: number): number;
  /** For how many milliseconds a server's retry delay, also one for another request, defers the next attempt. */
  deferralMs(nowMs: number): number;
}

/** Receives the attempts that failed. */
export interface RetryListener {
  /** Called before each retry of a call, with the delay in milliseconds. */
  onRetry?(error: RequestError, attempt: number, delayMs: number, call: object): void;
}
