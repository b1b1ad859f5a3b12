import { assertNumbers, assertArgument, mergeDefined } from '../arguments.js';
import { defaultTimeoutMs } from '../rpc/call-spec.js';
import {
  defaultRetryPolicy,
  pollingMaxElapsedMs,
  mergeRetryOptions,
  type RetryOptions,
  type RetryPolicy,
} from '../rpc/retry.js';
import { defaultBackoff, type PollingBackoff } from './backoff.js';
import type { PollingListener } from './events.js';

/**
 * How an operation is waited for.
 *
 * @typeParam M - the metadata, for `readProgress`.
 */
export interface PollingOptions<M = unknown> {
  /**
   * How long until the next poll of an operation that runs.
   * @defaultValue {@link defaultBackoff}
   */
  backoff?: PollingBackoff | undefined;
  /**
   * Whether to wait at the server, by WaitOperation, where the transport has it.
   *
   * - `'auto'`: as long as the service shows that it can, with at most `maxConcurrentServerWaits` open at once; else polls.
   * - `'never'`: polls only.
   * - `'always'`: does not fall back to polling where the service has no WaitOperation, but fails.
   *
   * @defaultValue `'auto'`
   */
  serverWait?: 'auto' | 'never' | 'always' | undefined;
  /** What to do when a poll fails; what is not set here is as the client has it. */
  retry?: RetryOptions | undefined;
  /**
   * The deadline of one poll, in milliseconds.
   * @defaultValue 60000
   */
  rpcTimeoutMs?: number | undefined;
  /**
   * For how long NOT_FOUND means "not visible yet", in milliseconds since the poller was made and before the first
   * good answer: some services hand out an operation before they can find it themselves.
   * @defaultValue 0
   */
  notFoundGraceMs?: number | undefined;
  /**
   * How far the operation is, from 0 to 1, by its metadata; undefined, or throwing: it does not say. The next poll then goes where
   * the end is predicted, if that is sooner than the cadence has it.
   * @defaultValue reads `progress` (0 to 1), `progressPercent`, `progress_percent` or `progressPercentage` (0 to 100)
   */
  readProgress?: ((metadata: M) => number | undefined) | undefined;
  /** Headers (gRPC metadata) to send with each poll, and with the poller's other calls; those of a call win. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Hears of what the poller does. What it throws is ignored. */
  onEvent?: PollingListener | undefined;
}

/** {@link PollingOptions} with every question answered. */
export interface PollingSettings {
  readonly backoff: PollingBackoff;
  readonly serverWait: 'auto' | 'never' | 'always';
  readonly retry: RetryPolicy;
  readonly rpcTimeoutMs: number;
  readonly notFoundGraceMs: number;
  readonly readProgress: ((metadata: never) => number | undefined) | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly onEvent?: PollingListener | undefined;
  /** Which part of a delay a poll may come later, so that polls fall together; none unless the client coalesces. */
  readonly alignmentTolerance?: number | undefined;
}

/** The settings of a client: the defaults, its `retry` and its `polling` on top. */
export function defaultPollingSettings(
  retry: RetryOptions | undefined,
  polling: PollingOptions | undefined,
): PollingSettings {
  const base: PollingSettings = {
    backoff: defaultBackoff,
    serverWait: 'auto',
    retry: mergeRetryOptions({ ...defaultRetryPolicy, maxElapsedMs: pollingMaxElapsedMs }, retry),
    rpcTimeoutMs: defaultTimeoutMs,
    notFoundGraceMs: 0,
    readProgress: undefined,
  };
  return mergePollingOptions(base, polling);
}

/**
 * Settings with some of the questions answered anew.
 *
 * @throws TypeError if an option is not of its type.
 * @throws RangeError if a number is out of its range.
 */
export function mergePollingOptions<M>(base: PollingSettings, options: PollingOptions<M> | undefined): PollingSettings {
  if (!options) return base;
  const settings = mergeDefined(base, {
    ...options,
    retry: mergeRetryOptions(base.retry, options.retry),
    headers: options.headers && { ...base.headers, ...options.headers },
  });
  for (const option of ['backoff', 'readProgress', 'onEvent'] as const) {
    const value: unknown = settings[option];
    assertArgument(value === undefined || typeof value === 'function', 'poll', option, 'a function', value);
  }
  const { serverWait } = settings;
  assertArgument(
    ['auto', 'never', 'always'].includes(serverWait),
    'poll',
    'serverWait',
    "'auto', 'never' or 'always'",
    serverWait,
  );
  assertNumbers('poll', settings, { rpcTimeoutMs: 1, notFoundGraceMs: 0 });
  return settings;
}
