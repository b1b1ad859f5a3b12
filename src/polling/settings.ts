import {
  assertArgument,
  assertOptions,
  isAtLeast,
  isFiniteAtLeast,
  isFunction,
  mergeDefined,
  type OptionRule,
  type OptionRules,
} from '../arguments.js';
import { defaultTimeoutMs } from '../rpc/call-options.js';
import {
  defaultRetryPolicy,
  pollingMaxElapsedMs,
  mergeRetryOptions,
  type RetryOptions,
  type RetryPolicy,
} from '../rpc/retry.js';
import type { PollingBackoff } from './backoff.js';
import { defaultBackoff } from './default-backoff.js';
import { isHistory, isHistoryKey, type DurationHistory } from './duration-history.js';
import type { PollingListener } from './events.js';

/**
 * Options of a poller.
 *
 * @typeParam M - the metadata, for `readProgress`.
 */
export interface PollingOptions<M = unknown> {
  /**
   * The delay until the next poll of a running operation.
   * @defaultValue {@link defaultBackoff}
   */
  backoff?: PollingBackoff | undefined;
  /**
   * How much later than necessary the end may be detected to save one request, in milliseconds: a higher price means fewer
   * polls. {@link defaultBackoff} uses it. A client that waits for more than 20 operations raises it in proportion, up
   * to four times.
   * @defaultValue 500
   */
  requestPriceMs?: number | undefined;
  /**
   * About how long the operation takes, in milliseconds. {@link defaultBackoff} then polls once at the beginning, and from
   * half of this time on every 5 % of it. When the operation has run for twice this time, it polls as without it.
   * @defaultValue none
   */
  expectedMs?: number | undefined;
  /**
   * The durations of past operations: the poller polls when an end is likely, and adds its own. See `durationHistory()` of
   * `longrunning/history`. Not used by other backoffs than {@link defaultBackoff}.
   * @defaultValue none
   */
  history?: DurationHistory | undefined;
  /**
   * The kind of the operation, for the `history`, which compares operations with the same key.
   * @defaultValue the types of response and metadata at the client's endpoint
   */
  historyKey?: string | undefined;
  /**
   * Whether to use WaitOperation, the server-side long poll.
   *
   * - `'auto'`: if the transport has it and the service supports it, with at most `maxConcurrentServerWaits` open at once;
   *   otherwise polls.
   * - `'never'`: polls only.
   * - `'always'`: fails where the service has no WaitOperation, instead of polling.
   *
   * @defaultValue `'auto'`
   */
  serverWait?: 'auto' | 'never' | 'always' | undefined;
  /** What to do when a poll fails. Options that are not set are those of the client. */
  retry?: RetryOptions | undefined;
  /**
   * The longest deadline of one poll, in milliseconds. An attempt has 15 seconds, or twenty times the slowest response of
   * the client's polls so far; each further attempt has twice as long, and the last one all of it.
   * @defaultValue 60000
   */
  rpcTimeoutMs?: number | undefined;
  /**
   * How long NOT_FOUND means "not visible yet", in milliseconds since the poller was made, before the first response. Some
   * services return an operation before they can find it.
   * @defaultValue 0
   */
  notFoundGraceMs?: number | undefined;
  /**
   * Reads the progress, from 0 to 1, from the metadata. If it returns undefined or throws, the progress is unknown. If the
   * predicted end comes before the next scheduled poll, the poll is moved there.
   * @defaultValue reads `progress` (0 to 1), `progressPercent`, `progress_percent` or `progressPercentage` (0 to 100)
   */
  readProgress?: ((metadata: M) => number | undefined) | undefined;
  /** Headers (gRPC metadata) of each call of the poller. The headers of a single call override them. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Called with each polling event; exceptions are ignored. */
  onEvent?: PollingListener | undefined;
}

const isServerWait: OptionRule = (action, option, value) =>
  assertArgument(
    ['auto', 'never', 'always'].includes(value as string),
    action,
    option,
    "'auto', 'never' or 'always'",
    value,
  );

/** The rules of {@link PollingOptions}. */
export const pollingOptionRules: OptionRules<PollingOptions> = {
  backoff: isFunction,
  requestPriceMs: isFiniteAtLeast(1),
  expectedMs: isFiniteAtLeast(1),
  history: isHistory,
  historyKey: isHistoryKey,
  serverWait: isServerWait,
  retry: undefined,
  rpcTimeoutMs: isAtLeast(1),
  notFoundGraceMs: isAtLeast(0),
  readProgress: isFunction,
  headers: undefined,
  onEvent: isFunction,
};

/** {@link PollingOptions} with defaults applied. */
export interface PollingSettings {
  readonly backoff: PollingBackoff;
  readonly requestPriceMs?: number | undefined;
  readonly expectedMs?: number | undefined;
  readonly history?: DurationHistory | undefined;
  readonly historyKey?: string | undefined;
  readonly serverWait: 'auto' | 'never' | 'always';
  readonly retry: RetryPolicy;
  readonly rpcTimeoutMs: number;
  readonly notFoundGraceMs: number;
  readonly readProgress?: ((metadata: never) => number | undefined) | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly onEvent?: PollingListener | undefined;
  /** The client's loops that have waiters. */
  readonly activeLoops: { readonly size: number };
  /** The part of a delay by which a poll may be deferred, so that polls align; 0 unless the client coalesces. */
  readonly alignmentTolerance: number;
}

/** The settings of a client: the defaults, then its `retry` and `polling` options. */
export function defaultPollingSettings(
  retry: RetryOptions | undefined,
  polling: PollingOptions | undefined,
  shared: Pick<PollingSettings, 'activeLoops' | 'alignmentTolerance'>,
): PollingSettings {
  const base: PollingSettings = {
    backoff: defaultBackoff,
    serverWait: 'auto',
    retry: mergeRetryOptions({ ...defaultRetryPolicy, maxElapsedMs: pollingMaxElapsedMs }, retry),
    rpcTimeoutMs: defaultTimeoutMs,
    notFoundGraceMs: 0,
    ...shared,
  };
  return mergePollingOptions(base, polling);
}

/**
 * Merges options over settings.
 *
 * @throws TypeError if an option is not of its type.
 * @throws RangeError if a number is out of its range.
 */
export function mergePollingOptions<M>(base: PollingSettings, options: PollingOptions<M> | undefined): PollingSettings {
  if (options === undefined) return base;
  assertOptions('poll', options, pollingOptionRules);
  return mergeDefined(base, {
    ...options,
    retry: mergeRetryOptions(base.retry, options.retry),
    headers: options.headers && { ...base.headers, ...options.headers },
  });
}
