import { sameAny, type OperationInfo } from '../any.js';
import type { CompletedOperation, Operation } from '../operation.js';
import type { OperationKind, RemainingEstimate } from '../polling/duration-history.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import { LinkedList } from '../rpc/linked-list.js';
import { now, type Bucket, type TimerTask } from '../rpc/timer-wheel.js';
import type { RawOperation } from '../transport.js';
import type { ClientContext, Poll } from './client-context.js';
import { LongPoll } from './long-poll.js';
import { OperationRequests } from './operation-requests.js';
import { PollPlan } from './poll-plan.js';
import { recordEnd } from './record-end.js';
import { assertUpdate, findOutdated } from './validate-update.js';
import type { Waiter, WaitOutcome } from './waiter.js';

/** The initial state of a poll loop. */
export interface PollLoopOptions<R, M> {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/**
 * The shared state of one operation and its waiters. The {@link PollPlan} decides what is due; the loop has the timer, lets
 * {@link OperationRequests} send what is due, and passes each new state to the waiters. Without waiters it holds no timer, no
 * listener and no request.
 *
 * A program may have as many loops as operations, so that a sleeping loop holds no closure and no signal.
 */
export class PollLoop<R, M> extends OperationRequests<R, M> implements TimerTask {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** The completed operation, or why its response cannot be unpacked. */
  outcome: WaitOutcome<R, M> | undefined;
  /** When the request for the known state was sent. */
  #stateSentMs = -1;
  /** When the known state was received. */
  #stateReceivedMs = -1;
  readonly startedAtMs: number;
  readonly #waiters = new LinkedList<Waiter<R, M>>();
  /** Whether a waiter has left since the plan was given what the waiters need. */
  #isDemandStale = false;
  protected readonly plan: PollPlan;
  // As a task of the timer wheel.
  bucket: Bucket | undefined;
  timerIndex = 0;

  /** @throws what the backoff throws, and TypeError or RangeError if it does not return a delay. */
  constructor(context: ClientContext, { name, info, settings, startedAtMs }: PollLoopOptions<R, M>) {
    super(context, settings);
    this.name = name;
    this.info = info;
    this.startedAtMs = startedAtMs;
    const { serverWait, history, requestPriceMs, activeLoops } = settings;
    const isRequired = serverWait === 'always';
    const isPossible = isRequired || (serverWait === 'auto' && context.transport.waitOperation !== undefined);
    const longPoll = isPossible ? new LongPoll(context.waitSupport, isRequired) : undefined;
    const ageMs = Math.max(0, Date.now() - startedAtMs);
    const table = history?.begin(this.kind, requestPriceMs, activeLoops.size);
    this.plan = new PollPlan(settings, longPoll, now(), ageMs, table);
  }

  /** Resumes the wait elsewhere. */
  get token(): ResumeToken {
    const { apiEndpoint } = this.context.transport;
    return makeToken(this.name, this.startedAtMs, { info: this.info, apiEndpoint });
  }

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  /** About how long the operation takes, unless its settings say so. */
  expect(expectedMs: number): void {
    this.settings = this.plan.settings = { expectedMs, ...this.settings };
  }

  /** What is left of the running operation, by the history. */
  estimate(): RemainingEstimate | undefined {
    if (this.outcome) return undefined;
    return this.settings.history?.estimate(this.kind, this.plan.trustedAgeMs(now()));
  }

  /** What the history knows the operation's like by. */
  get kind(): OperationKind {
    return this.settings.historyKey ?? this.token;
  }

  // ---- waiters ----

  /** Adds a waiter and notifies it of the known state or outcome. */
  add(waiter: Waiter<R, M>, nowMs: number): void {
    if (this.outcome) waiter.onOutcome(this.outcome);
    else this.hold(waiter, nowMs);
  }

  /** The same, but a waiter that has had the outcome only awaits its listener: it can still reach its deadline, or fail. */
  hold(waiter: Waiter<R, M>, nowMs: number): void {
    this.#waiters.add(waiter);
    this.context.activeLoops.add(this);
    this.plan.waiterAdded(waiter, this.#waiters.size === 1);
    if (this.operation && !this.outcome) waiter.onUpdate(this.operation);
    this.run(nowMs);
  }

  /** Removes a waiter; removing the last one stops polling. */
  remove(waiter: Waiter<R, M>): void {
    if (!this.#waiters.delete(waiter)) return;
    // What the others need is computed before the next request, once for all that have left by then. The timer stays: it
    // comes too early at most.
    if (this.hasWaiters) return void (this.#isDemandStale = true);
    if (this.settings.history && !this.outcome) recordEnd(this, this.plan, this.#stateSentMs);
    this.context.activeLoops.delete(this);
    this.#stop(now());
  }

  fail(error: unknown): void {
    this.#settle({ error }, now());
  }

  #settle(outcome: WaitOutcome<R, M>, nowMs: number): void {
    const waiters = this.#waiters.snapshot();
    for (const waiter of waiters) this.#waiters.delete(waiter);
    this.context.activeLoops.delete(this);
    this.#stop(nowMs);
    for (const waiter of waiters) waiter.onOutcome(outcome);
  }

  #stop(nowMs: number): void {
    this.context.timers.cancel(this);
    this.abortRequests(nowMs);
  }

  // ---- execution ----

  onTimer(nowMs: number): void {
    if (this.plan.demand.firstDeadlineMs <= nowMs) {
      for (const waiter of this.#waiters.snapshot()) if ((waiter.deadlineMs ?? Infinity) <= nowMs) waiter.onDeadline();
    }
    this.run(nowMs);
  }

  run(nowMs: number): void {
    if (!this.hasWaiters) return;
    if (this.#isDemandStale) {
      this.#isDemandStale = false;
      this.plan.waitersChanged(this.#waiters.snapshot());
    }
    if (this.outcome) {
      const { firstDeadlineMs } = this.plan.demand;
      // Not at `Infinity`: listeners that are awaited must not keep the process alive.
      if (firstDeadlineMs < Infinity) this.context.timers.schedule(this, firstDeadlineMs);
      return;
    }
    try {
      const { waitTimeoutMs, sendPoll, wakeMs } = this.plan.takeDue(nowMs);
      // The timer must be set before sending: a transport may deliver an update synchronously.
      this.context.timers.schedule(this, wakeMs);
      if (waitTimeoutMs > 0) this.sendWait(waitTimeoutMs, nowMs);
      if (sendPoll && this.#waiters.size > 0) this.sendPoll(nowMs);
    } catch (error) {
      this.fail(error);
    }
  }

  reschedule(): void {
    // A transport that responds at once and a backoff of 0 must not starve the event loop. Also at `Infinity`: a scheduled
    // task keeps the process alive.
    if (this.hasWaiters) this.context.timers.schedule(this, this.plan.wakeMs);
  }

  /**
   * Resets the schedule, because the operation may end soon (for example after a cancel).
   *
   * @param isReturn - keeps it instead, and polls now, because requests may succeed again, unless the server said when to retry.
   */
  resetSchedule(isReturn?: boolean): void {
    if (this.outcome) return;
    try {
      const { sentMs = -1, requestMs = sentMs }: Partial<Poll> = this.poll ?? {};
      // The aborted poll is replaced at once.
      if (this.plan.reset(now(), requestMs, isReturn)) this.poll = this.poll?.abort();
      this.reschedule();
    } catch (error) {
      this.fail(error);
    }
  }

  // ---- states ----

  /**
   * Applies a state that did not come by a request.
   *
   * @param ignoreOlder - whether to ignore a state that is older than the known one, instead of throwing a RangeError.
   * @param sentMs - when the request for it was sent, if it came by another's: a list.
   * @returns whether it was applied.
   * @throws what {@link assertUpdate} and {@link PollLoop.applyState} throw.
   */
  applyUpdate(raw: RawOperation, ignoreOlder = false, sentMs?: number): boolean {
    assertUpdate(raw, this);
    const state = this.decode(raw);
    const problem = findOutdated(state, this);
    if (problem && !ignoreOlder) throw new RangeError(`Cannot update as ${problem}`);
    const nowMs = now();
    // Until when one that a list has was running is not known.
    if (!problem) this.applyState(state, sentMs ?? nowMs, nowMs, sentMs === undefined ? nowMs : undefined);
    return !problem;
  }

  /**
   * Applies a state of the operation and notifies the waiters.
   *
   * @param sentMs - when its request was sent: the time to the next poll counts from there.
   * @param runningMs - until when it was certainly running, if it is done.
   * @throws TypeError or RangeError if the backoff does not return a delay.
   */
  applyState(received: Operation<R, M>, sentMs: number, nowMs = sentMs, runningMs = this.#stateSentMs): void {
    if (this.outcome) return;
    const { plan, operation: previous } = this;
    // States only go forward: a running one that was requested before the known one was received may be older.
    const isOlder = previous && sentMs < this.#stateReceivedMs && !received.done;
    const operation = isOlder ? previous : received;
    if (!isOlder) {
      this.#stateSentMs = sentMs;
      this.#stateReceivedMs = nowMs;
    }
    this.operation = operation;
    if (operation.done) {
      if (previous && this.settings.history) recordEnd(this, plan, runningMs, Math.max(runningMs, sentMs));
      // Before the event, whose listener may wait again.
      this.outcome = outcomeOf(operation);
      if (this.settings.onEvent) this.emit({ type: 'done', result: operation.result, polls: this.responseCount });
      return this.#settle(this.outcome, nowMs);
    }
    // Not by a wait that was sent long before the last poll: the next one would be due too early.
    plan.observed(operation, Math.max(sentMs, this.#stateSentMs), nowMs);
    const { retryAfterMs } = received.raw;
    const delayMs = retryAfterMs === undefined ? 0 : plan.retryAfter(retryAfterMs, nowMs);
    if (delayMs > 0) this.emit({ type: 'retry-after', delayMs });
    if (plan.demand.wantsProgress && !isOlder) {
      if (!previous || !sameAny(previous.raw.metadata, operation.raw.metadata)) this.#notify(operation);
    }
    this.reschedule();
  }

  #notify(operation: Operation<R, M>): void {
    for (const waiter of this.#waiters.snapshot()) {
      const { operation: latest, outcome } = this;
      // A waiter may apply a newer state. If it differs, all have been notified of it by then.
      if (outcome || (latest !== operation && !sameAny(latest?.raw.metadata, operation.raw.metadata))) return;
      waiter.onUpdate(operation);
    }
  }
}

/** How waits end with a completed operation: with an error if its response cannot be decoded. */
function outcomeOf<R, M>(operation: CompletedOperation<R, M>): WaitOutcome<R, M> {
  try {
    // Throws the reason.
    Reflect.get(operation, 'response');
    return { operation };
  } catch (error) {
    return { error };
  }
}
