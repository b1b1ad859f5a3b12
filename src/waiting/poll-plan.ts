import { isRequestError } from '../errors.js';
import type { Operation } from '../operation.js';
import type { PollTable } from '../polling/duration-history.js';
import type { PollPlacement } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import type { AttemptBounds } from '../rpc/call-spec.js';
import { clampRetryAfterMs } from '../rpc/retry.js';
import { Code } from '../status.js';
import { mergeDemand, plainDemand, type Demand, type WaiterNeeds } from './demand.js';
import type { LongPoll } from './long-poll.js';
import { Schedule } from './schedule.js';

/** What to send now. Read it at once: all plans share one object, since a program may have 100,000 plans. */
export interface Todo {
  /** Send a WaitOperation with this timeout, in milliseconds; 0: send none. */
  waitTimeoutMs: number;
  /** Send a GetOperation. */
  sendPoll: boolean;
  /** When to call `takeDue()` again; `Infinity`: not before something happens. */
  wakeMs: number;
}

const todo: Todo = { waitTimeoutMs: 0, sendPoll: false, wakeMs: 0 };

/**
 * Decides when to send GetOperation or WaitOperation for one operation, and what responses mean for the next request. It
 * sends nothing, sets no timer and has no callbacks: the poll loop reports each event by a method, and takes what is due
 * by `takeDue()`. All times are on the monotonic clock and are passed in.
 *
 * The rules, each of which has one place in the code:
 *
 * 1. Schedule: the next poll is due when the {@link Schedule} says, which has the rules of age and progress. (`observed`)
 * 2. A due time outlives the waiters: waiting again does not send sooner. (`takeDue`, `cancelled`)
 * 3. Last poll: one poll is placed shortly before the first deadline of a waiter, with a minimum distance to the request
 *    before it, so that repeated short waits do not increase the rate. (`#nextPollMs`)
 * 4. Shortened deadlines: a poll's deadline is cut to the last waiter's. If it then expires, that is not a failure for
 *    waiters that came later. (`pollTimeoutMs`, `onPollFailure`)
 * 5. Not visible yet: NOT_FOUND before the first response is forgiven for `notFoundGraceMs`. (`#isNotVisibleYet`)
 * 6. Retry-After defers both kinds of request until it is over, whatever else happens. The last poll before a deadline is
 *    sent all the same. (`retryAfter`, `#nextPollMs`, `wakeMs`, `deferralMs`)
 * 7. Server-side waits: while a trusted wait is open there are no polls, unless a waiter wants progress. One that returned
 *    early or failed is followed by the schedule; after an early return the next one replaces the poll that is due.
 *    (`#nextPollMs`, `takeDue`, `onWaitResponse`, `onWaitFailure`)
 * 8. Doubt: after a wait that failed ambiguously, a poll decides whether WaitOperation was at fault. (`onPollResponse`)
 * 9. Reset: after a cancel the schedule starts again from the age 0. (`reset`)
 * 10. Return: when a page is shown again or back online, one poll is due at once. (`reset`)
 */
export class PollPlan extends Schedule implements AttemptBounds {
  /** The rules of the server-side waits; undefined: the operation is only polled. */
  readonly longPoll: LongPoll | undefined;
  /** What the waiters need together. */
  demand: Demand = plainDemand;
  /** What placed the last poll that was sent. */
  sentBy: PollPlacement = 'age';

  #dueMs: number;
  /** Until when the server has deferred requests. */
  #floorMs = 0;
  /** Time of the last request or response; initially far in the past. */
  #lastRequestMs = -1e6;
  #roundTripMs = 100;
  /** The poll in flight: 0: none, 1: one, 2: one whose deadline was shortened to the last waiter's. One field saves memory. */
  #poll: 0 | 1 | 2 = 0;
  /** Whether there has been a response. */
  #hasResponse = false;

  /** @throws what the backoff throws, and TypeError or RangeError if it does not return a delay. */
  constructor(
    settings: PollingSettings,
    longPoll: LongPoll | undefined,
    nowMs: number,
    ageMs: number,
    table?: PollTable,
  ) {
    super(settings, nowMs, ageMs, table);
    this.longPoll = longPoll;
    // With an infinite backoff there is no first poll either; states come from applyUpdate() only.
    this.#dueMs = this.nextAfterMs(nowMs) === Infinity ? Infinity : nowMs;
  }

  // ---- what the waiters need ----

  /** @param isFirst - whether there was no other. */
  waiterAdded(waiter: WaiterNeeds, isFirst: boolean): void {
    const isPlain = waiter.deadlineMs === undefined && !waiter.wantsProgress;
    if (isFirst && isPlain) this.demand = plainDemand;
    else if (!isPlain || this.demand !== plainDemand) {
      this.demand = mergeDemand(isFirst ? undefined : this.demand, waiter);
    }
  }

  /** Waiters have left: these are the others. */
  waitersChanged(waiters: readonly WaiterNeeds[]): void {
    waiters.forEach((waiter, index) => this.waiterAdded(waiter, index === 0));
  }

  // ---- what to send ----

  /** Takes what is due and marks it as sent. */
  takeDue(nowMs: number): Readonly<Todo> {
    const { longPoll } = this;
    todo.waitTimeoutMs = 0;
    todo.sendPoll = false;
    if (!this.#poll) {
      if (longPoll && Math.max(longPoll.nextDueMs, this.#floorMs) <= nowMs) {
        todo.waitTimeoutMs = longPoll.start(nowMs, this.demand.lastDeadlineMs - nowMs, this.#dueMs);
        if (longPoll.isEarly && todo.waitTimeoutMs > 0) this.#dueMs = Math.max(this.#dueMs, this.nextAfterMs(nowMs));
      }
      if (this.#nextPollMs <= nowMs) {
        this.sentBy = this.#placement(nowMs);
        // Remains if the poll is cancelled or fails. Computed first: a backoff may throw.
        this.#dueMs = this.nextAfterMs(nowMs);
        this.#lastRequestMs = nowMs;
        if (longPoll) longPoll.checkDueMs = Infinity;
        todo.sendPoll = true;
        this.#poll = 1;
      }
    }
    todo.wakeMs = this.wakeMs;
    return todo;
  }

  #placement(nowMs: number): PollPlacement {
    if (Math.max(this.#dueMs, this.#floorMs) > nowMs) return 'deadline';
    return this.#floorMs > this.#dueMs ? 'hint' : this.placedBy;
  }

  /** When a request is due or the first waiter's deadline passes; `Infinity`: not before something happens. */
  get wakeMs(): number {
    const { firstDeadlineMs } = this.demand;
    if (this.#poll) return firstDeadlineMs;
    return Math.min(firstDeadlineMs, this.#nextPollMs, Math.max(this.longPoll?.nextDueMs ?? Infinity, this.#floorMs));
  }

  /** When to poll: on schedule, or in time for a last response before the first deadline. */
  get #nextPollMs(): number {
    const { firstDeadlineMs } = this.demand;
    const scheduledMs = Math.max(this.#dueMs, this.#floorMs);
    if (scheduledMs === Infinity) return Infinity;
    if (this.longPoll?.isTrusted && !this.demand.wantsProgress) return Math.max(this.longPoll.checkDueMs, scheduledMs);
    const earliestMs = Math.min(this.#lastRequestMs + 1000, (this.#lastRequestMs + scheduledMs) / 2);
    return Math.min(scheduledMs, Math.max(firstDeadlineMs - this.#leadMs, earliestMs));
  }

  /** How long before a deadline the last poll is sent: three round trips like the previous one, 50 ms to 1 s. */
  get #leadMs(): number {
    return Math.min(Math.max(3 * this.#roundTripMs, 50), 1000);
  }

  /**
   * The deadline of the next attempt of a poll, in milliseconds.
   *
   * @param limitMs - how long a response may take.
   */
  pollTimeoutMs(nowMs: number, limitMs = Infinity): number {
    const remainingMs = this.demand.lastDeadlineMs - nowMs;
    const timeoutMs = Math.min(this.settings.rpcTimeoutMs, limitMs);
    this.#poll = remainingMs < timeoutMs ? 2 : 1;
    return Math.max(1, Math.min(remainingMs, timeoutMs));
  }

  /** The milliseconds until the last attempt whose response can reach the last waiter. */
  lastAttemptInMs(nowMs: number): number {
    return this.demand.lastDeadlineMs - nowMs - this.#leadMs;
  }

  /** For how many milliseconds the server defers an attempt; one shortly before a deadline is sent all the same. */
  deferralMs(nowMs: number): number {
    return Math.min(this.#floorMs, this.demand.firstDeadlineMs - this.#leadMs) - nowMs;
  }

  // ---- events ----

  /** A poll got its response. */
  onPollResponse(sentMs: number, nowMs: number): void {
    this.#poll = 0;
    this.#roundTripMs = nowMs - sentMs;
    this.longPoll?.onPollResponse();
    this.onResponse(nowMs);
  }

  /** There was a response about the operation, to whichever request. */
  onResponse(nowMs: number): void {
    this.#hasResponse = true;
    this.#lastRequestMs = nowMs;
  }

  /**
   * A poll failed, and its retries are exhausted.
   *
   * @returns whether the waits continue; otherwise they fail with the error.
   */
  onPollFailure(error: unknown, nowMs: number): boolean {
    // A deadline shortened for a waiter that has since timed out is not a failure for the others.
    const isFailure = !this.#isShortenedDeadline(error) && !this.#isNotVisibleYet(error, nowMs);
    this.#poll = 0;
    if (isFailure) return false;
    this.#lastRequestMs = nowMs;
    return true;
  }

  /**
   * A server-side wait got its response.
   *
   * @returns whether the next one may be sent at once.
   */
  onWaitResponse(done: boolean, sentMs: number, nowMs: number): boolean {
    const longPoll = this.longPoll as LongPoll;
    const canWaitAgain = longPoll.onResponse(done, sentMs, nowMs, this);
    this.onResponse(nowMs);
    return canWaitAgain;
  }

  /**
   * A server-side wait failed.
   *
   * @returns whether the waits continue; otherwise they fail with the error.
   */
  onWaitFailure(error: unknown, sentMs: number, nowMs: number): boolean {
    const longPoll = this.longPoll as LongPoll;
    const notVisibleYet = this.#isNotVisibleYet(error, nowMs);
    const continues = longPoll.onFailure(notVisibleYet ? undefined : error, sentMs, nowMs, this);
    if (continues && notVisibleYet) this.#dueMs = Math.max(this.#dueMs, longPoll.dueMs);
    return continues;
  }

  /**
   * There is a state of the running operation, from a response or an update: schedules the next poll.
   *
   * @param sentMs - when its request was sent.
   * @throws TypeError or RangeError if the backoff does not return a delay.
   */
  observed(operation: Operation<unknown, unknown>, sentMs: number, nowMs: number): void {
    this.#dueMs = this.nextAfterStateMs(operation, sentMs, nowMs, !this.#hasResponse);
  }

  /**
   * The server sent a retry delay.
   *
   * @returns by how much it defers the next poll, in milliseconds; 0 if it does not.
   */
  retryAfter(retryAfterMs: number | undefined, nowMs: number): number {
    const delayMs = clampRetryAfterMs(retryAfterMs);
    const untilMs = nowMs + delayMs;
    this.#floorMs = Math.max(this.#floorMs, untilMs);
    return untilMs > this.#dueMs ? delayMs : 0;
  }

  /**
   * The operation may end soon, for example after a cancel: polls as if it had just started. Or requests may succeed again,
   * for example since a page is back online: a poll is due now, unless the server deferred it. In both cases a server-side
   * wait that is open replaces no poll until it responds, since it may hang.
   *
   * @param pollSentMs - when the poll in flight was sent; {@link pausedMs}: it awaits its retry; −1: there is none, or it is
   * still queued.
   * @param isReturn - whether it is the latter.
   * @returns whether to abort it, because it should have got its response by now: another one is due at once.
   */
  reset(nowMs: number, pollSentMs: number, isReturn?: boolean): boolean {
    this.longPoll?.distrust();
    if (!isReturn) {
      this.restart(nowMs);
      this.#dueMs = Math.min(this.#dueMs, this.nextAfterMs(nowMs));
    } else if (this.#dueMs < Infinity) this.#dueMs = Math.min(this.#dueMs, nowMs);
    // Not sooner than after a second when requests may succeed again: most of those under way just need their time.
    const patienceMs = Math.max(2 * this.#roundTripMs, isReturn ? 1000 : 0);
    const isOverdue = pollSentMs !== -1 && nowMs - pollSentMs > patienceMs;
    if (isOverdue) {
      this.#poll = 0;
      this.#dueMs = nowMs;
    }
    return isOverdue;
  }

  /**
   * The requests in flight were cancelled, because the last waiter has left.
   *
   * @param waitSentMs - when the server-side wait in flight was sent; −1: there was none, or it was still queued.
   */
  cancelled(waitSentMs: number, nowMs: number): void {
    this.#poll = 0;
    if (this.longPoll?.cancelled(waitSentMs, nowMs)) this.#dueMs = Math.max(this.#dueMs, this.longPoll.dueMs);
  }

  /** Whether the poll ran into a deadline that was shortened; a 504 of a proxy is a failure. */
  #isShortenedDeadline(error: unknown): boolean {
    if (this.#poll < 2 || !isRequestError(error, Code.DEADLINE_EXCEEDED)) return false;
    return error.origin === 'transport' && error.httpStatus === undefined;
  }

  /** Some services cannot find an operation until some time after they have returned it. */
  #isNotVisibleYet(error: unknown, nowMs: number): boolean {
    if (this.#hasResponse || !isRequestError(error, Code.NOT_FOUND)) return false;
    return nowMs - this.firstSeenMs < this.settings.notFoundGraceMs;
  }
}

/** Instead of when a poll was sent, while it awaits its retry: long ago. */
export const pausedMs = -1e6;
