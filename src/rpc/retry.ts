import { assertNumbers, assertArgument, mergeDefined } from '../arguments.js';
import type { RequestError } from '../errors.js';
import { Code } from '../status.js';

/**
 * What to do when one RPC fails. This is about requests that fail; how long to wait between the polls of an operation
 * that runs is the business of {@link PollingBackoff}, and neither stretches the other.
 */
export interface RetryOptions {
  /**
   * The codes that are worth another try.
   * @defaultValue for reads (Get, List, Wait): UNAVAILABLE, DEADLINE_EXCEEDED of one RPC, RESOURCE_EXHAUSTED, ABORTED,
   * INTERNAL, and UNKNOWN if the transport and not the service came to it; for Cancel and Delete: UNAVAILABLE
   */
  codes?: readonly Code[] | undefined;
  /**
   * The most times to try, the first included: 1 turns retries off.
   * @defaultValue Infinity
   */
  maxAttempts?: number | undefined;
  /**
   * For how long to try without one good answer, in milliseconds.
   * @defaultValue 600000 (ten minutes) while waiting for an operation; 60000 for a single call
   */
  maxElapsedMs?: number | undefined;
  /**
   * The delay after the first failure, in milliseconds, before jitter, which takes up to half of it away.
   * @defaultValue 500
   */
  initialDelayMs?: number | undefined;
  /**
   * What each further delay is multiplied by.
   * @defaultValue 2
   */
  multiplier?: number | undefined;
  /**
   * The longest delay, in milliseconds, before jitter. A server's own hint may exceed it.
   * @defaultValue 30000
   */
  maxDelayMs?: number | undefined;
}

/** {@link RetryOptions} with every question answered; `codes` may be left to the kind of RPC. */
export interface RetryPolicy {
  readonly codes?: readonly Code[] | undefined;
  readonly maxAttempts: number;
  readonly maxElapsedMs: number;
  readonly initialDelayMs: number;
  readonly multiplier: number;
  readonly maxDelayMs: number;
}

/** The policy of a single call; waiting has a longer window. */
export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: Infinity,
  maxElapsedMs: 60_000,
  initialDelayMs: 500,
  multiplier: 2,
  maxDelayMs: 30_000,
};

/** How long a poll may fail before the wait fails, in milliseconds. */
export const pollingMaxElapsedMs = 600_000;

/**
 * A policy with some of its questions answered anew.
 *
 * @throws TypeError if an option is not of its type.
 * @throws RangeError if a number is out of its range.
 */
export function mergeRetryOptions(base: RetryPolicy, options: RetryOptions | undefined): RetryPolicy {
  if (!options) return base;
  const policy = mergeDefined(base, options);
  assertArgument(Array.isArray(policy.codes ?? []), 'retry', 'codes', 'an array', policy.codes);
  assertNumbers('retry', policy, { maxAttempts: 1, maxElapsedMs: 0, initialDelayMs: 0, multiplier: 1, maxDelayMs: 0 });
  return policy;
}

const retryableReadCodes: readonly Code[] = [
  Code.UNAVAILABLE,
  Code.DEADLINE_EXCEEDED,
  Code.RESOURCE_EXHAUSTED,
  Code.ABORTED,
  Code.INTERNAL,
];

/** Whether a failed request is worth another try. */
export function isRetryable(failure: RequestError, method: string, codes: readonly Code[] | undefined): boolean {
  const { rpcCode, origin } = failure;
  if (codes) return codes.includes(rpcCode);
  if (method === 'CancelOperation' || method === 'DeleteOperation') return rpcCode === Code.UNAVAILABLE;
  // A service that answers UNKNOWN means it; a connection that broke, or a proxy's page, says nothing about the call.
  return retryableReadCodes.includes(rpcCode) || (rpcCode === Code.UNKNOWN && origin === 'transport');
}

/**
 * How long to wait after a failure, in milliseconds: exponential with jitter, so that clients that failed together do
 * not come back together, and no sooner than the server asked.
 *
 * @param attempt - how often it has been tried: 1, 2, …
 * @param random - a number in [0, 1).
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | undefined,
  policy: RetryPolicy,
  random: number,
): number {
  // No delay remains none, however often it is multiplied: 0 × Infinity is NaN.
  const backoffMs = Math.min(policy.initialDelayMs * policy.multiplier ** (attempt - 1) || 0, policy.maxDelayMs);
  return Math.max(backoffMs * (1 - random / 2), clampRetryAfterMs(retryAfterMs));
}

/** The longest that a server's hint can put off the next request, in milliseconds. */
const maxRetryAfterMs = 600_000;

/** A server's hint within reason: nonsense is 0, and no hint puts a client to sleep for good. */
export function clampRetryAfterMs(retryAfterMs = 0): number {
  return retryAfterMs > 0 ? Math.min(retryAfterMs, maxRetryAfterMs) : 0;
}
