import { isRequestError, type RequestError } from '../errors.js';
import { alignDueMs } from '../polling/align.js';
import type { PollingSettings } from '../polling/settings.js';
import { clampRetryAfterMs, defaultRetryPolicy, isRetryable, retryDelayMs } from '../rpc/retry.js';
import { jitterOf, scheduledDelayMs, type NextPollOptions } from '../schedule/next-poll-delay.js';
import { Code } from '../status.js';
import type { RawOperation } from '../transport.js';
import { tokenOf, type BatchData, type BatchEntry } from './batch.js';
import { saveCompleted, saveFailure, type SavedEnd } from './saved-end.js';

/** What a poll of an operation is judged by. */
export interface PollContext {
  readonly batch: BatchData;
  readonly settings: PollingSettings;
  readonly schedule: BatchSchedule;
  /** When the requests were sent. */
  readonly sentMs: number;
  /** How long requests may fail until the outcome is unknown. */
  readonly maxFailingMs: number;
  readonly maxResultBytes: number;
}

/** An operation after a poll: what to save of it, or how its wait ended. */
export type PolledEntry = { readonly entry: BatchEntry } | { readonly end: SavedEnd };

/** How many times in a row a request has to fail for good. */
const maxFinalFailures = 3;

/** These may be mended by a deployment: they are retried for as long as a service that cannot be reached. */
const accessCodes: readonly Code[] = [Code.UNAUTHENTICATED, Code.PERMISSION_DENIED];

/** The state of an operation after a response. */
export function afterResponse(entry: BatchEntry, raw: RawOperation, context: PollContext, nowMs: number): PolledEntry {
  if (raw.done) return { end: saveCompleted(raw, context.maxResultBytes) };
  const { failures: _count, failingSinceMs: _since, failure: _last, cancel: _cancel, ...kept } = entry;
  const polled: BatchEntry = { ...kept, polledAtMs: context.sentMs, polls: (entry.polls ?? 0) + 1 };
  const { sentMs } = context;
  const delayMs = Math.max(delayOf(polled, context, sentMs), clampRetryAfterMs(raw.retryAfterMs));
  // However slow the response was, the next request does not follow at once.
  const dueAtMs = Math.round(Math.max(alignDown(sentMs, delayMs), nowMs + delayMs / 2));
  return untilDeadline({ ...polled, dueAtMs }, nowMs);
}

/** The state of an operation after a request that failed. */
export function afterFailure(entry: BatchEntry, error: unknown, context: PollContext, nowMs: number): PolledEntry {
  const { maxFailingMs, settings } = context;
  const failures = (entry.failures ?? 0) + 1;
  const failingSinceMs = entry.failingSinceMs ?? nowMs;
  const failure = saveFailure(error);
  const isOver = isFinal(entry, error, settings, nowMs) ? failures >= maxFinalFailures : false;
  if (isOver || nowMs - failingSinceMs >= maxFailingMs) {
    const reason = { kind: 'failure', elapsedMs: nowMs - entry.startedAtMs, polls: entry.polls ?? 0, failure } as const;
    return { end: { result: 'unknown', reason } };
  }
  const { retryAfterMs } = error as Partial<RequestError>;
  const dueAtMs = Math.round(nowMs + retryDelayMs(failures, retryAfterMs, defaultRetryPolicy, 0));
  return untilDeadline({ ...entry, failures, failingSinceMs, failure, dueAtMs }, nowMs);
}

/** When the operations of a batch are polled: as the client's own pollers would, and after a cancel, when durations say nothing. */
export interface BatchSchedule {
  readonly plain: NextPollOptions;
  readonly afterCancel: NextPollOptions;
}

export function batchSchedule(batch: BatchData, settings: PollingSettings): BatchSchedule {
  const { backoff, requestPriceMs, expectedMs, history, historyKey } = settings;
  const { service, parent, operations } = batch;
  const afterCancel = { backoff, requestPriceMs, activeWaits: operations.length, jitter: batchJitter(service, parent) };
  return { afterCancel, plain: { ...afterCancel, expectedMs, history, historyKey } };
}

/** The operations of one parent share their jitter, so that they are polled together. */
export function batchJitter(service: string, parent: string): number {
  return jitterOf(service + parent);
}

/** Whether the request need not be sent again: the service has responded, and will respond so again. */
function isFinal(entry: BatchEntry, error: unknown, settings: PollingSettings, nowMs: number): boolean {
  if (!isRequestError(error)) return true;
  if (isRetryable(error, 'GetOperation', settings.retry.codes) || accessCodes.includes(error.rpcCode)) return false;
  const isNotVisibleYet = error.rpcCode === Code.NOT_FOUND && !entry.polls;
  return !isNotVisibleYet || nowMs - entry.startedAtMs >= settings.notFoundGraceMs;
}

function untilDeadline(entry: BatchEntry, nowMs: number): PolledEntry {
  const { deadlineAtMs = Infinity, dueAtMs, startedAtMs, polls = 0, failure } = entry;
  if (nowMs < deadlineAtMs) return { entry: { ...entry, dueAtMs: Math.min(dueAtMs, deadlineAtMs) } };
  const reason = { kind: 'timeout', elapsedMs: nowMs - startedAtMs, polls, ...(failure && { failure }) } as const;
  return { end: { result: 'unknown', reason } };
}

/** The bounds of a delay, whatever the backoff returns. */
const [minDelayMs, maxDelayMs] = [50, 86_400_000];

/** The schedule's delay. */
function delayOf(entry: BatchEntry, { batch, schedule }: PollContext, nowMs: number): number {
  const { plain, afterCancel } = schedule;
  const delayMs =
    entry.resetAtMs === undefined
      ? scheduledDelayMs(plain.history ? tokenOf(batch, entry) : entry, nowMs, plain)
      : scheduledDelayMs({ name: entry.name, startedAtMs: entry.resetAtMs }, nowMs, afterCancel);
  return Math.min(Math.max(delayMs, minDelayMs), maxDelayMs);
}

/** The time of the next poll on a grid, at most 5 % early: batches of one parent then come due together, and merge. */
function alignDown(sentMs: number, delayMs: number): number {
  const earliestMs = sentMs + 0.95 * delayMs;
  return Math.round(Math.min(alignDueMs(earliestMs, 0.05 * delayMs), sentMs + delayMs));
}
