import {
  assertArgument,
  assertFiniteNumber,
  assertNumber,
  assertOptions,
  isAtLeast,
  isFiniteAtLeast,
  isFunction,
  type OptionRules,
} from '../arguments.js';
import type { PollingBackoff } from '../polling/backoff.js';
import { defaultBackoff } from '../polling/default-backoff.js';
import { isHistory, isHistoryKey, type DurationHistory } from '../polling/duration-history.js';
import type { ResumeToken } from '../resume-token.js';

/** Options of {@link nextPollDelayMs}. */
export interface NextPollOptions {
  /**
   * The time of the last poll, in milliseconds since 1970: the delay counts from there.
   * @defaultValue now
   */
  nowMs?: number | undefined;
  /**
   * The schedule.
   * @defaultValue {@link defaultBackoff}
   */
  backoff?: PollingBackoff | undefined;
  /**
   * What a request costs, in milliseconds of lateness: see `requestPriceMs` of the polling options.
   * @defaultValue 500
   */
  requestPriceMs?: number | undefined;
  /**
   * About how long the operation takes, in milliseconds.
   * @defaultValue none
   */
  expectedMs?: number | undefined;
  /**
   * The durations of past operations: see `durationHistory()` of `longrunning/history`.
   * @defaultValue none
   */
  history?: DurationHistory | undefined;
  /**
   * The kind of the operation, for the `history`, which compares operations with the same key.
   * @defaultValue the token's service and types
   */
  historyKey?: string | undefined;
  /**
   * How many operations are waited for together. From 20 on, a request costs more.
   * @defaultValue 0
   */
  activeWaits?: number | undefined;
  /**
   * A number in [0, 1) that shifts the first polls. Operations with the same number are polled together.
   * @defaultValue a hash of the operation's name
   */
  jitter?: number | undefined;
}

const optionRules: OptionRules<NextPollOptions> = {
  nowMs: isFiniteAtLeast(0),
  backoff: isFunction,
  requestPriceMs: isFiniteAtLeast(1),
  expectedMs: isFiniteAtLeast(1),
  history: isHistory,
  historyKey: isHistoryKey,
  activeWaits: isAtLeast(0),
  jitter: (action, option, value) =>
    assertArgument(typeof value === 'number' && value >= 0 && value < 1, action, option, 'a number in [0, 1)', value),
};

/** The default schedule has its first poll of a new operation at about this age, in milliseconds. */
const firstPollAgeMs = 1440;

/**
 * The delay until the next poll of a running operation, in milliseconds. It depends on the operation's age alone, so that no
 * state has to be kept but the token. Call it after each poll, and once when the operation was started.
 *
 * @param token - `poller.toJSON()`, or an object with its `name` and `startedAtMs`.
 * @returns the delay; `Infinity` if the backoff never polls.
 * @throws TypeError or RangeError if an option is invalid, or if the backoff does not return a delay.
 *
 * @example
 * ```ts
 * const operation = await client.resume(token).poll();
 * if (!operation.done) await queue.schedule('poll', token, Date.now() + nextPollDelayMs(token));
 * ```
 */
export function nextPollDelayMs(
  token: Pick<ResumeToken, 'name' | 'startedAtMs'> & Partial<ResumeToken>,
  options: NextPollOptions = {},
): number {
  const action = 'schedule a poll';
  assertOptions(action, options, optionRules);
  assertArgument(typeof token === 'object' && (token as unknown) !== null, action, 'token', 'an object', token);
  assertFiniteNumber(action, 'token.startedAtMs', token.startedAtMs, 0);
  return scheduledDelayMs(token, options.nowMs ?? Date.now(), options);
}

/** The same for arguments that were checked. */
export function scheduledDelayMs(
  token: Pick<ResumeToken, 'name' | 'startedAtMs'> & Partial<ResumeToken>,
  nowMs: number,
  options: NextPollOptions,
): number {
  const { backoff = defaultBackoff, requestPriceMs, expectedMs, history, activeWaits = 0 } = options;
  const ageMs = Math.max(0, nowMs - token.startedAtMs);
  const jitter = options.jitter ?? jitterOf(token.name);
  const table = history?.begin(options.historyKey ?? token, requestPriceMs, activeWaits);
  const delayMs = backoff({
    ageMs,
    attempt: ageMs < firstPollAgeMs ? 0 : 1,
    jitter,
    requestPriceMs,
    expectedMs,
    nextAgeMs: table?.nextAgeMs(ageMs, jitter),
    activeWaits,
  });
  assertNumber('schedule a poll', 'backoff()', delayMs, 0);
  return delayMs;
}

/** A number in [0, 1) that is the same for the same text: FNV-1a. */
export function jitterOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
