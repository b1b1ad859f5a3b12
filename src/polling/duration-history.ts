import { assertArgument, type OptionRule } from '../arguments.js';
import type { Operation } from '../operation.js';

/** What identifies operations that take similar times: the types of their results at one endpoint, or a key of the caller. */
export type OperationKind =
  | string
  | {
      /** The service's host. */
      readonly apiEndpoint?: string | undefined;
      /** The full name of the response's type. */
      readonly responseType?: string | undefined;
      /** The full name of the metadata's type. */
      readonly metadataType?: string | undefined;
    };

/**
 * What a poller observed of an operation's end. After a poll, the ages are those at which the last two polls were sent. After a
 * server-side wait or a pushed state, the end is exact: both are the age at that time.
 */
export interface ObservedEnd {
  /** When the operation began, in milliseconds since 1970. */
  readonly beganAtMs: number;
  /** The age at which it was last seen running, in milliseconds: that of the request, when it was sent. */
  readonly runningAtMs: number;
  /**
   * The age at which it was first seen done, in milliseconds; the same as `runningAtMs` if the age at the end is known
   * exactly; undefined if the wait was aborted before.
   */
  readonly doneAtMs?: number | undefined;
}

/** What observed an end: the same object for all waits of one operation. */
export interface EndSource {
  /** The operation's last state. */
  readonly operation?: Operation<unknown, unknown> | undefined;
}

/** When to poll, by age. Immutable, and shared by the pollers of one kind. */
export interface PollTable {
  /**
   * The operation's age at the next poll.
   *
   * @param ageMs - its age at the last poll, when that was sent.
   * @param jitter - a number in [0, 1), drawn once per poller.
   * @returns undefined where the table ends: the default decides.
   */
  nextAgeMs(ageMs: number, jitter: number): number | undefined;
}

/** What is left of a running operation, by the durations of others of its kind, in milliseconds. */
export interface RemainingEstimate {
  /** Half of such operations end sooner. */
  readonly remainingMs: number;
  /** One in ten ends sooner. */
  readonly lowMs: number;
  /** Nine in ten end sooner. */
  readonly highMs: number;
}

/**
 * The durations of past operations, and what they say about the next one.
 *
 * A poller calls `begin()` once, when it is made, unless it has a `backoff` of its own, and keeps the table. For each delay it
 * passes the age and the jitter that it would pass to the default backoff. The delay is `nextAgeMs() − ageMs`, or the
 * default's where that is undefined. After a cancel it drops the table.
 *
 * It calls `record()` when the operation is done and when its last waiter leaves. It does not call it for an operation that
 * was done when it was first seen, after a cancel, or after NOT_FOUND.
 */
export interface DurationHistory {
  /**
   * The table for a new poller, which it keeps; undefined if the default is as good.
   *
   * @param requestPriceMs - what a request costs, in milliseconds of lateness.
   * @param activeWaits - how many operations the client waits for: the price grows with them.
   */
  begin(kind: OperationKind, requestPriceMs?: number, activeWaits?: number): PollTable | undefined;
  /**
   * Learns from an end, of a failed operation as of one that succeeded.
   *
   * @param source - what observed it. An end replaces an earlier one of the same source, whose wait was aborted. If the
   * operation's metadata say when it ended, that counts.
   */
  record(kind: OperationKind, end: ObservedEnd, source?: EndSource): void;
  /** What is left of an operation of this age; undefined if no end is known. */
  estimate(kind: OperationKind, ageMs: number): RemainingEstimate | undefined;
}

/** The rule of the option `history`. */
export const isHistory: OptionRule = (action, option, value) =>
  assertArgument(
    !value || typeof (value as Partial<DurationHistory>).begin === 'function',
    action,
    option,
    'by durationHistory()',
    value,
  );

/** The rule of the option `historyKey`. */
export const isHistoryKey: OptionRule = (action, option, value) =>
  assertArgument(typeof (value ?? '') === 'string', action, option, 'a string', value);
