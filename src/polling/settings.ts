import { requireNumber } from '../arguments.js';
import { defaultTimeoutMs } from '../rpc/call.js';
import { defaultRetry, pollingRetryWindowMs, withRetry, type RetryOptions, type RetryPolicy } from '../rpc/retry.js';
import { exponentialBackoff, type PollingBackoff } from './backoff.js';

/** How an operation is waited for. */
export interface PollingOptions {
  /**
   * How long until the next poll of an operation that runs.
   * @defaultValue `exponentialBackoff()`
   */
  backoff?: PollingBackoff | undefined;
  /** What to do when a poll fails; what is not set here is as the client has it. */
  retry?: RetryOptions | undefined;
  /**
   * The deadline of one poll, in milliseconds.
   * @defaultValue 60000
   */
  rpcTimeoutMs?: number | undefined;
  /** Headers (gRPC metadata) to send with each poll, and with the poller's other calls; those of a call win. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** {@link PollingOptions} with every question answered. */
export interface PollingSettings {
  readonly backoff: PollingBackoff;
  readonly retry: RetryPolicy;
  readonly rpcTimeoutMs: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** The settings of a client: the defaults, its `retry` and its `polling` on top. */
export function clientSettings(retry: RetryOptions | undefined, polling: PollingOptions | undefined): PollingSettings {
  const base: PollingSettings = {
    backoff: exponentialBackoff(),
    retry: withRetry({ ...defaultRetry, windowMs: pollingRetryWindowMs }, retry),
    rpcTimeoutMs: defaultTimeoutMs,
    headers: undefined,
  };
  return withPolling(base, polling);
}

/**
 * Settings with some of the questions answered anew.
 *
 * @throws TypeError if the backoff is no function.
 * @throws RangeError if a number is out of its range.
 */
export function withPolling(base: PollingSettings, options: PollingOptions | undefined): PollingSettings {
  if (!options) return base;
  const { backoff = base.backoff, rpcTimeoutMs = base.rpcTimeoutMs, headers } = options;
  if (typeof backoff !== 'function') {
    throw new TypeError(`Cannot poll as 'backoff' must be a function: current value is ${String(backoff)}`);
  }
  requireNumber('poll', 'rpcTimeoutMs', rpcTimeoutMs, 1);
  return {
    backoff,
    retry: withRetry(base.retry, options.retry),
    rpcTimeoutMs,
    headers: headers ? { ...base.headers, ...headers } : base.headers,
  };
}
