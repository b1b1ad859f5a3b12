import { assertNumber } from '../arguments.js';
import { isRequestError } from '../errors.js';
import type { Operation } from '../operation.js';
import { ProgressEstimator } from '../polling/progress-estimator.js';
import { readFirstNumber, readProgress, startTimeFields } from '../polling/metadata.js';
import type { PollingSettings } from '../polling/settings.js';
import { clampRetryAfterMs } from '../rpc/retry.js';
import { Code } from '../status.js';
import type { LongPoll } from './long-poll.js';

/** What one waiter needs. */
export interface WaiterNeeds {
  /** When it stops waiting; `Infinity`: it has no limit. */
  readonly deadlineMs: number;
  /** Whether it wants each change of state, not only the outcome. */
  readonly wantsProgress: boolean;
}

/** What the loop is to do now. To be read at once: all plans share one, since a program may have 100,000 of them. */
export interface Todo {
  /** Send a WaitOperation. */
  sendWait: boolean;
  /** Send a GetOperation. */
  sendPoll: boolean;
  /** When to look again; `Infinity`: not before something happens. */
  wakeMs: number;
}

const todo: Todo = { sendWait: false, sendPoll: false, wakeMs: 0 };

/**
 * Decides when to ask about one operation, by GetOperation or WaitOperation, and what the answers mean for what comes
 * next. It sends nothing, sets no timer and calls nobody back: the {@link PollLoop} tells it what happened, and takes
 * from it what is due. All times are on the monotonic clock, and come from outside.
 *
 * What is due outlives the waiters: a new wait sends nothing sooner.
 */
export class PollPlan {
  /** The rules of the server-side waits; undefined: this operation is only polled. */
  readonly longPoll: LongPoll | undefined;
  readonly #settings: PollingSettings;

  // What the waiters need together. `Infinity`: no limit.
  /** When the first waiter stops waiting. */
  firstDeadlineMs = Infinity;
  #lastDeadlineMs = Infinity;
  /** Whether a waiter wants each change of state, not only the outcome. */
  #wantsProgress = false;

  // How old the operation is.
  readonly #firstSeenMs: number;
  readonly #startedMs: number;
  /** From when the age counts for the backoff: the start, or the last reset. */
  #ageOriginMs: number;
  /** When it started by its metadata; NaN while that does not say. */
  #metadataStartMs = NaN;

  // When to poll.
  readonly #jitter = Math.random();
  #attempt = 0;
  #progress: ProgressEstimator | undefined;
  #dueMs: number;
  /** When the last request was sent or answered. Initially long ago. */
  #lastRequestMs = -1e6;
  #roundTripMs = 100;

  // The poll under way.
  #isPolling = false;
  /** Whether its deadline is earlier than the settings say, because the last waiter gives up then. */
  #deadlineShortened = false;
  /** Whether the server has answered at least once. */
  #hasAnswer = false;

  /**
   * @param ageMs - how old the operation is known to be.
   * @throws what the backoff throws, and TypeError or RangeError if it returns no delay.
   */
  constructor(settings: PollingSettings, longPoll: LongPoll | undefined, nowMs: number, ageMs: number) {
    this.#settings = settings;
    this.longPoll = longPoll;
    this.#firstSeenMs = nowMs;
    this.#startedMs = this.#ageOriginMs = nowMs - ageMs;
    // With a backoff that never polls there is no first poll either: states arrive by update() alone.
    this.#dueMs = this.#nextAfterMs(nowMs) === Infinity ? Infinity : nowMs;
  }

  // ---- what the waiters need ----

  /** @param isFirst - whether there was no other. */
  waiterAdded({ deadlineMs, wantsProgress }: WaiterNeeds, isFirst: boolean): void {
    this.firstDeadlineMs = isFirst ? deadlineMs : Math.min(this.firstDeadlineMs, deadlineMs);
    this.#lastDeadlineMs = isFirst ? deadlineMs : Math.max(this.#lastDeadlineMs, deadlineMs);
    this.#wantsProgress = wantsProgress || (this.#wantsProgress && !isFirst);
  }

  /** Waiters have left: these are the others. */
  waitersChanged(waiters: readonly WaiterNeeds[]): void {
    waiters.forEach((waiter, index) => this.waiterAdded(waiter, index === 0));
  }

  // ---- what to do ----

  /** Takes what is due: the caller sends it. */
  takeDue(nowMs: number): Readonly<Todo> {
    const { longPoll } = this;
    todo.sendWait = todo.sendPoll = false;
    if (!this.#isPolling) {
      if (longPoll && longPoll.nextDueMs <= nowMs) {
        todo.sendWait = longPoll.start(nowMs, this.#lastDeadlineMs - nowMs, this.#dueMs);
      }
      if (this.#nextPollMs <= nowMs) {
        // Stands if the poll is cancelled or fails.
        this.#dueMs = this.#nextAfterMs(nowMs);
        this.#lastRequestMs = nowMs;
        todo.sendPoll = this.#isPolling = true;
      }
    }
    todo.wakeMs = this.wakeMs;
    return todo;
  }

  /** When a request is due or a waiter gives up; `Infinity`: not before something happens. */
  get wakeMs(): number {
    const { firstDeadlineMs } = this;
    if (this.#isPolling) return firstDeadlineMs;
    return Math.min(firstDeadlineMs, this.#nextPollMs, this.longPoll?.nextDueMs ?? Infinity);
  }

  /**
   * When to poll: on schedule, or in time for the last answer that can reach the first waiter to give up. That last poll
   * has a minimum distance, so that short waits, one after another, do not increase the polling rate.
   */
  get #nextPollMs(): number {
    const { firstDeadlineMs } = this;
    const suspended = this.longPoll?.isTrusted && !this.#wantsProgress;
    if (suspended || this.#dueMs === Infinity) return Infinity;
    if (firstDeadlineMs === Infinity) return this.#dueMs;
    const earliestMs = Math.min(this.#lastRequestMs + 1000, (this.#lastRequestMs + this.#dueMs) / 2);
    return Math.min(this.#dueMs, Math.max(firstDeadlineMs - this.#leadMs, earliestMs));
  }

  /** How long before a deadline the last poll is sent: time for a round trip like the previous one. */
  get #leadMs(): number {
    return Math.min(Math.max(3 * this.#roundTripMs, 50), 1000);
  }

  /** The deadline of the next attempt of a poll, in milliseconds: no later than that of the last waiter. */
  pollTimeoutMs(nowMs: number): number {
    const remainingMs = this.#lastDeadlineMs - nowMs;
    this.#deadlineShortened = remainingMs < this.#settings.rpcTimeoutMs;
    return this.#deadlineShortened ? Math.max(1, remainingMs) : this.#settings.rpcTimeoutMs;
  }

  /** The milliseconds until the last attempt that can reach the last waiter. */
  lastAttemptInMs(nowMs: number): number {
    return this.#lastDeadlineMs - nowMs - this.#leadMs;
  }

  // ---- what happened ----

  /** A poll was answered. */
  pollAnswered(sentMs: number, nowMs: number): void {
    this.#isPolling = false;
    this.#roundTripMs = nowMs - sentMs;
    // The operation can be asked about, so if a wait failed it was the wait's fault.
    this.longPoll?.pollAnswered();
    this.answered(nowMs);
  }

  /** The server answered, whoever asked. */
  answered(nowMs: number): void {
    this.#hasAnswer = true;
    this.#lastRequestMs = nowMs;
  }

  /**
   * A poll failed for good.
   *
   * @returns whether the waits go on all the same.
   */
  pollFailed(error: unknown, nowMs: number): boolean {
    this.#isPolling = false;
    // A deadline shortened for a waiter that has given up since is no failure for the others.
    const shortened =
      this.#deadlineShortened && isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
    if (!shortened && !this.#isNotVisibleYet(error, nowMs)) return false;
    this.#lastRequestMs = nowMs;
    return true;
  }

  /**
   * A wait was answered.
   *
   * @returns whether the next may be sent at once.
   */
  waitAnswered(done: boolean, sentMs: number, nowMs: number): boolean {
    const longPoll = this.longPoll as LongPoll;
    const heldLongEnough = longPoll.answered(done, nowMs - sentMs);
    longPoll.dueMs = heldLongEnough ? nowMs : finiteOr(this.#nextAfterMs(sentMs), nowMs + fallbackDelayMs);
    this.answered(nowMs);
    return heldLongEnough;
  }

  /**
   * A wait failed.
   *
   * @returns whether the waiters wait on all the same.
   */
  waitFailed(error: unknown, sentMs: number, nowMs: number): boolean {
    const longPoll = this.longPoll as LongPoll;
    const notVisibleYet = this.#isNotVisibleYet(error, nowMs);
    const next = longPoll.failed(notVisibleYet ? undefined : error, nowMs - sentMs);
    if (next === 'give-up') return false;
    // At least a millisecond later: a service that fails at once must not keep the program from its other work.
    longPoll.dueMs =
      next === 'retry-now' ? nowMs : Math.max(finiteOr(this.#nextAfterMs(nowMs), nowMs + fallbackDelayMs), nowMs + 1);
    if (notVisibleYet) this.#deferPoll(longPoll.dueMs);
    return true;
  }

  /**
   * A running state is known, from the server or from elsewhere: from there the next poll is due.
   *
   * @param sentMs - when it was asked for. The schedule counts from there, whatever the request and its retries took.
   * @throws TypeError or RangeError if the backoff returns no delay.
   */
  observed(operation: Operation<unknown, unknown>, sentMs: number, nowMs: number): void {
    if (operation.raw.metadata) this.#readMetadata(operation, nowMs);
    const delayMs = this.#delayMs(sentMs);
    this.#attempt++;
    const dueMs = Math.max(sentMs + delayMs, nowMs + delayMs / 2);
    this.#dueMs = this.#align(Math.round(this.#progress?.dueMs(nowMs, dueMs) ?? dueMs), nowMs);
  }

  /**
   * The server asked not to be asked for a while.
   *
   * @returns by how much that defers what comes next, in milliseconds; 0: it does not.
   */
  retryAfter(retryAfterMs: number | undefined, nowMs: number): number {
    const delayMs = clampRetryAfterMs(retryAfterMs);
    if (delayMs === 0) return 0;
    const untilMs = nowMs + delayMs;
    this.longPoll?.deferUntil(untilMs);
    if (untilMs <= this.#dueMs) return 0;
    this.#deferPoll(untilMs);
    return delayMs;
  }

  /** Something happened that may end the operation soon, such as a cancellation: its age counts anew. */
  reset(nowMs: number): void {
    this.#ageOriginMs = this.#metadataStartMs = nowMs;
    this.#attempt = 0;
    this.#dueMs = Math.min(this.#dueMs, this.#nextAfterMs(nowMs));
  }

  /**
   * What was under way is cancelled, since nobody waits any more.
   *
   * @param waitSentMs - when the wait under way was sent; −1: there is none, or it was still queued.
   */
  cancelled(waitSentMs: number, nowMs: number): void {
    this.#isPolling = false;
    if (!this.longPoll?.isOpen) return;
    this.longPoll.cancelled(waitSentMs, nowMs);
    this.#deferPoll(this.longPoll.dueMs);
  }

  // ---- the schedule ----

  /** How old the operation is known to be. */
  ageMs(nowMs: number): number {
    return nowMs - this.#startedMs;
  }

  #deferPoll(untilMs: number): void {
    this.#dueMs = Math.max(this.#dueMs, untilMs);
  }

  /** When to ask again if a request that was sent then brings nothing. */
  #nextAfterMs(sentMs: number): number {
    return Math.round(sentMs + this.#delayMs(sentMs));
  }

  #delayMs(atMs: number): number {
    // The age by the metadata is trusted gradually: were the server's clock behind ours, a new operation would seem old
    // and be polled too rarely. A true claim is caught up with in a handful of polls. (NaN is no claim.)
    const trustedAgeMs = Math.min(atMs - this.#metadataStartMs || 0, 10_000 + 5 * (atMs - this.#firstSeenMs));
    const endMs = this.#progress?.endMs ?? NaN;
    const delayMs = this.#settings.backoff({
      ageMs: Math.max(0, atMs - this.#ageOriginMs, trustedAgeMs),
      attempt: this.#attempt,
      jitter: this.#jitter,
      remainingMs: endMs >= 0 ? Math.max(0, endMs - atMs) : undefined,
    });
    if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);
    return delayMs;
  }

  #readMetadata(operation: Operation<unknown, unknown>, nowMs: number): void {
    if (Number.isNaN(this.#metadataStartMs)) {
      this.#metadataStartMs = nowMs - (Date.now() - readFirstNumber(operation, startTimeFields));
    }
    const progress = readProgress(operation, this.#settings.readProgress);
    if (progress >= 0) (this.#progress ??= new ProgressEstimator()).addSample(progress, nowMs);
  }

  /** Moves a poll to a grid as coarse as the tolerance allows, so that the polls of many operations fall together. */
  #align(dueMs: number, nowMs: number): number {
    const toleranceMs = (dueMs - nowMs) * (this.#settings.alignmentTolerance ?? 0);
    if (!toleranceMs) return dueMs;
    // The marks of a coarse grid are among those of the finer ones, so that slow and quick polls fall together as well.
    const gridMs = 2 ** Math.floor(Math.log2(toleranceMs));
    return Math.ceil(dueMs / gridMs) * gridMs || Infinity;
  }

  /** Some services show an operation only a while after they have returned it. */
  #isNotVisibleYet(error: unknown, nowMs: number): boolean {
    if (this.#hasAnswer || !isRequestError(error, Code.NOT_FOUND)) return false;
    return nowMs - this.#firstSeenMs < this.#settings.notFoundGraceMs;
  }
}

/** How long until the next wait after one that was of no use, with a backoff that never polls, in milliseconds. */
const fallbackDelayMs = 60_000;

function finiteOr(ms: number, otherMs: number): number {
  return ms < Infinity ? ms : otherMs;
}
