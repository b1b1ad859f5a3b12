import { assertArgument, assertOptions, isAtLeast, mergeDefined, type OptionRules } from '../arguments.js';
import type { RequestError } from '../errors.js';
import { Code } from '../status.js';

/**
 * What to do when one RPC fails. How long to wait between the polls of a running operation is set by
 * {@link PollingBackoff}; retries do not stretch that schedule.
 */
export interface RetryOptions {
  /**
   * The codes to retry.
   * @defaultValue for reads (Get, List, Wait): UNAVAILABLE, DEADLINE_EXCEEDED of one RPC, RESOURCE_EXHAUSTED, ABORTED,
   * INTERNAL, and UNKNOWN if its origin is the transport; for Cancel and Delete: UNAVAILABLE
   */
  codes?: readonly Code[] | undefined;
  /**
   * The maximum number of attempts, including the first: 1 turns retries off.
   * @defaultValue Infinity
   */
  maxAttempts?: number | undefined;
  /**
   * The maximum duration of a run of failed attempts, in milliseconds, counted from the first one that was sent. While
   * waiting for an operation, a server's `Retry-After` may exceed it: the last attempt is sent when that is over.
   * @defaultValue 600000 (ten minutes) while waiting for an operation; 60000 for a single call
   */
  maxElapsedMs?: number | undefined;
  /**
   * The delay after the first failure, in milliseconds, before jitter, which takes up to half of it away.
   * @defaultValue 500
   */
  initialDelayMs?: number | undefined;
  /**
   * The factor by which each further delay grows.
   * @defaultValue 2
   */
  multiplier?: number | undefined;
  /**
   * The maximum delay, in milliseconds, before jitter. A server's `Retry-After` may exceed it.
   * @defaultValue 30000
   */
  maxDelayMs?: number | undefined;
}

const retryOptionRules: OptionRules<RetryOptions> = {
  codes: (action, option, value) => assertArgument(Array.isArray(value ?? []), action, option, 'an array', value),
  maxAttempts: isAtLeast(1),
  maxElapsedMs: isAtLeast(0),
  initialDelayMs: isAtLeast(0),
  multiplier: isAtLeast(1),
  maxDelayMs: isAtLeast(0),
};

/** {@link RetryOptions} with defaults applied; without `codes`, the default depends on the RPC. */
export interface RetryPolicy {
  readonly codes?: readonly Code[] | undefined;
  readonly maxAttempts: number;
  readonly maxElapsedMs: number;
  readonly initialDelayMs: number;
  readonly multiplier: number;
  readonly maxDelayMs: number;
}

/** The policy of a single call; a poll has a longer retry window. */
export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: Infinity,
  maxElapsedMs: 60_000,
  initialDelayMs: 500,
  multiplier: 2,
  maxDelayMs: 30_000,
};

/** How long the polls of a wait may fail before the wait fails, in milliseconds. */
export const pollingMaxElapsedMs = 600_000;

/**
 * Merges options over a policy.
 *
 * @throws TypeError if an option is not of its type.
 * @throws RangeError if a number is out of its range.
 */
export function mergeRetryOptions(base: RetryPolicy, options: RetryOptions | undefined): RetryPolicy {
  if (options === undefined) return base;
  assertOptions('retry', options, retryOptionRules);
  return mergeDefined(base, options);
}

export const retryableReadCodes: readonly Code[] = [
  Code.UNAVAILABLE,
  Code.DEADLINE_EXCEEDED,
  Code.RESOURCE_EXHAUSTED,
  Code.ABORTED,
  Code.INTERNAL,
];

/** Whether a failed request may be sent again. */
export function isRetryable(failure: RequestError, method: string, codes: readonly Code[] | undefined): boolean {
  const { rpcCode, origin } = failure;
  if (codes) return codes.includes(rpcCode);
  if (method === 'CancelOperation' || method === 'DeleteOperation') return rpcCode === Code.UNAVAILABLE;
  // UNKNOWN from the service is final; UNKNOWN from the transport (broken connection, proxy page) is retryable.
  return retryableReadCodes.includes(rpcCode) || (rpcCode === Code.UNKNOWN && origin === 'transport');
}

/** A failed attempt of a call. */
export interface FailedAttempt {
  readonly error: RequestError;
  readonly method: string;
  /** How many attempts there have been. */
  readonly attempts: number;
  /** How long attempts and delays have taken so far. */
  readonly elapsedMs: number;
  /** The milliseconds until the last attempt that can be of use; undefined for a single call. */
  readonly lastAttemptInMs: number | undefined;
  /** A random number in [0, 1). */
  readonly random: number;
}

/** The delay until the next attempt, in milliseconds; undefined if there is none. */
export function nextRetryDelayMs(policy: RetryPolicy, attempt: FailedAttempt): number | undefined {
  const { error, attempts, lastAttemptInMs = 0 } = attempt;
  const leftMs = policy.maxElapsedMs - attempt.elapsedMs;
  const isFinal = attempts >= policy.maxAttempts || leftMs <= 0 || !isRetryable(error, attempt.method, policy.codes);
  if (isFinal) return undefined;
  // A poll keeps waiting; a single call fails now if Retry-After exceeds its remaining retry window.
  const isSingleCall = attempt.lastAttemptInMs === undefined;
  const floorMs = clampRetryAfterMs(error.retryAfterMs);
  if (isSingleCall && floorMs > leftMs) return undefined;
  const delayMs = Math.min(retryDelayMs(attempts, floorMs, policy, attempt.random), Math.max(leftMs, floorMs));
  return Math.round(Math.min(delayMs, lastAttemptInMs > 0 ? lastAttemptInMs : Infinity));
}

/**
 * The delay after a failure, in milliseconds: exponential with jitter, so that clients that failed together do not return
 * together, and at least the server's retry delay.
 *
 * @param attempt - how many attempts there have been: 1, 2, …
 * @param random - a random number in [0, 1).
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  policy: RetryPolicy,
  random: number,
): number {
  // 0 × Infinity is NaN: no delay stays no delay, however often it is multiplied.
  const backoffMs = Math.min(policy.initialDelayMs * policy.multiplier ** (attempt - 1) || 0, policy.maxDelayMs);
  return Math.max(backoffMs * (1 - random / 2), clampRetryAfterMs(retryAfterMs));
}

/** The maximum that a server's retry delay can defer the next request, in milliseconds. */
const maxRetryAfterMs = 600_000;

/** Clamps a server's retry delay to [0, 10 min]; invalid values become 0. */
export function clampRetryAfterMs(retryAfterMs = 0): number {
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? Math.min(retryAfterMs, maxRetryAfterMs) : 0;
}
