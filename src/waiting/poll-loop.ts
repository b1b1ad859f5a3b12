import type { OperationInfo } from '../any.js';
import { ignoreRejection } from '../arguments.js';
import { isLROError, isRequestError, type RequestError } from '../errors.js';
import { isDone, sameState, toOperation, undecodedOperation, type Operation } from '../operation.js';
import type { OperationKind, RemainingEstimate } from '../polling/duration-history.js';
import type { PollingEventWithoutName, PollPlacement } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import type { CallSpec, Sent } from '../rpc/call-spec.js';
import { LinkedList } from '../rpc/linked-list.js';
import type { RateLimiter } from '../rpc/rate-limiter.js';
import type { RetryPolicy } from '../rpc/retry.js';
import { RpcCall, type CallObserver } from '../rpc/rpc-call.js';
import { now, type TimerTask, type TimerWheel } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { ActiveLoop, ClientContext, Poll } from './client-context.js';
import { LongPoll } from './long-poll.js';
import { pausedMs, PollPlan } from './poll-plan.js';
import { assertUpdate, findOutdated } from './validate-update.js';
import { waitRequest } from './wait-request.js';
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
 * The shared state of one operation and its waiters. The {@link PollPlan} decides what is due; the loop executes it: it
 * has one timer and at most two calls under way, a poll and a server-side wait, and passes each new state to the waiters.
 * Without waiters it holds no timer, no listener and no request.
 *
 * A program may have as many loops as operations, so that a sleeping loop holds no closure and no signal.
 */
export class PollLoop<R, M> implements CallObserver<RawOperation>, TimerTask, ActiveLoop {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  settings: PollingSettings;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** The completed operation, or why its response cannot be unpacked. */
  outcome: WaitOutcome<R, M> | undefined;
  /** How many responses there have been. */
  responseCount = 0;
  /** The last failure of a request since the last response. */
  lastFailure: { readonly error: unknown; readonly attempts?: number } | undefined;
  /** When the request for the known state was sent. */
  #stateSentMs = -1;
  /** When the known state was received. */
  #stateReceivedMs = -1;
  readonly #context: ClientContext;
  readonly #startedAtMs: number;
  readonly #waiters = new LinkedList<Waiter<R, M>>();
  /** Whether a waiter has left since the plan was given what the waiters need. */
  #isDemandStale = false;
  readonly #plan: PollPlan;
  poll: Poll | undefined;
  group: object | undefined;
  #wait: RpcCall<RawOperation> | undefined;
  // As a task of the timer wheel, and as one of the client's active loops.
  dueMs = 0;
  timerIndex = -1;
  previous: ActiveLoop | undefined;
  next: ActiveLoop | undefined;

  /** @throws what the backoff throws, and TypeError or RangeError if it does not return a delay. */
  constructor(context: ClientContext, { name, info, settings, startedAtMs }: PollLoopOptions<R, M>) {
    this.#context = context;
    this.name = name;
    this.info = info;
    this.settings = settings;
    this.#startedAtMs = startedAtMs;
    const { serverWait } = settings;
    const isRequired = serverWait === 'always';
    const isPossible = isRequired || (serverWait === 'auto' && context.transport.waitOperation !== undefined);
    const longPoll = isPossible ? new LongPoll(context.waitSupport, isRequired) : undefined;
    const ageMs = Math.max(0, Date.now() - startedAtMs);
    const table = settings.history?.begin(this.#kind, settings.requestPriceMs, settings.activeLoops.size);
    this.#plan = new PollPlan(settings, longPoll, now(), ageMs, table);
  }

  /** What the history knows the operation's like by. */
  get #kind(): OperationKind {
    return this.settings.historyKey ?? this.token;
  }

  /** What is left of the running operation, by the history. */
  estimate(): RemainingEstimate | undefined {
    if (this.outcome) return undefined;
    return this.settings.history?.estimate(this.#kind, this.#plan.trustedAgeMs(now()));
  }

  /**
   * Adds the end of the operation to the history.
   *
   * @param runningMs - when it was last seen running.
   * @param doneMs - when it was seen done; undefined: the last wait was aborted.
   */
  #record(runningMs: number, doneMs?: number): void {
    const plan = this.#plan;
    const { history } = this.settings;
    if (!history || this.outcome || plan.isReset || runningMs < 0) return;
    try {
      history.record(
        this.#kind,
        {
          beganAtMs: this.#startedAtMs,
          runningAtMs: plan.trustedAgeMs(runningMs),
          doneAtMs: doneMs && plan.trustedAgeMs(doneMs),
        },
        this,
      );
    } catch {
      // A failing history must not fail the wait.
    }
  }

  /** Resumes the wait elsewhere. */
  get token(): ResumeToken {
    const { apiEndpoint } = this.#context.transport;
    return makeToken(this.name, this.#startedAtMs, { info: this.info, apiEndpoint });
  }

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  /** About how long the operation takes, unless its settings say so. */
  expect(expectedMs: number): void {
    this.settings = this.#plan.settings = { expectedMs, ...this.settings };
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
    this.#context.activeLoops.add(this);
    this.#plan.waiterAdded(waiter, this.#waiters.size === 1);
    if (this.operation && !this.outcome) waiter.onUpdate(this.operation);
    this.#run(nowMs);
  }

  /** Removes a waiter; removing the last one stops polling. */
  remove(waiter: Waiter<R, M>): void {
    if (!this.#waiters.delete(waiter)) return;
    if (this.#waiters.size === 0) {
      this.#record(this.#stateSentMs);
      this.#context.activeLoops.delete(this);
      return this.#stop();
    }
    // What the others need is computed before the next request, once for all that have left by then. The timer stays: it
    // comes too early at most.
    this.#isDemandStale = true;
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  #settle(outcome: WaitOutcome<R, M>): void {
    const waiters = this.#waiters.snapshot();
    for (const waiter of waiters) this.#waiters.delete(waiter);
    this.#context.activeLoops.delete(this);
    this.#stop();
    for (const waiter of waiters) waiter.onOutcome(outcome);
  }

  #complete(outcome: WaitOutcome<R, M>): void {
    this.outcome = outcome;
    this.#settle(outcome);
  }

  // ---- execution ----

  onTimer(nowMs: number): void {
    if (this.#plan.demand.firstDeadlineMs <= nowMs) {
      for (const waiter of this.#waiters.snapshot()) if (waiter.deadlineMs <= nowMs) waiter.onDeadline();
    }
    this.#run(nowMs);
  }

  /** Sends the requests that are due, and sets the timer for the next. */
  #run(nowMs: number): void {
    if (!this.hasWaiters) return;
    if (this.#isDemandStale) {
      this.#isDemandStale = false;
      this.#plan.waitersChanged(this.#waiters.snapshot());
    }
    if (this.outcome) {
      const { firstDeadlineMs } = this.#plan.demand;
      // Not at `Infinity`: listeners that are awaited must not keep the process alive.
      if (firstDeadlineMs < Infinity) this.#context.timers.schedule(this, firstDeadlineMs);
      return;
    }
    try {
      const { waitTimeoutMs, sendPoll, placedBy, wakeMs } = this.#plan.takeDue(nowMs);
      // The timer must be set before sending: a transport may deliver an update synchronously.
      this.#context.timers.schedule(this, wakeMs);
      if (waitTimeoutMs > 0) {
        this.#wait = new RpcCall(this, waitRequest(this.#context, this, this.#plan, waitTimeoutMs));
        this.#wait.start(nowMs);
      }
      if (sendPoll) this.sendPoll(placedBy, nowMs);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Sets the timer after a change of the schedule. Sends nothing, even if a request is due: a transport that responds at
   * once and a backoff of 0 must not starve the event loop.
   */
  #reschedule(): void {
    // Also at `Infinity`: a scheduled task keeps the process alive.
    if (this.hasWaiters) this.#context.timers.schedule(this, this.#plan.wakeMs);
  }

  #stop(): void {
    const nowMs = now();
    this.#context.timers.cancel(this);
    // Also without a call: what the plan returned was not sent if a backoff threw.
    this.#plan.cancelled(this.#wait?.sentMs ?? -1, nowMs);
    this.poll?.abort();
    this.#wait?.abort();
    this.poll = this.#wait = this.lastFailure = undefined;
  }

  /** Sends a poll, or another instead of the one under way. */
  sendPoll(placedBy: PollPlacement, nowMs = now()): void {
    const context = this.#context;
    if (!this.hasWaiters) return;
    this.poll = context.makePoll
      ? context.makePoll(this, this.#plan, placedBy, nowMs)
      : new RpcCall(this, new PollRequest(context, this, this.#plan, placedBy));
    this.poll?.start(nowMs);
  }

  // ---- responses and failures ----

  onResponse(raw: RawOperation, call: Poll, nowMs: number): void {
    const { sentMs } = call;
    const tookMs = nowMs - sentMs;
    const isPoll = call === this.poll;
    let canWaitAgain: boolean | undefined;
    if (isPoll) {
      this.poll = undefined;
      this.#plan.onPollResponse(sentMs, nowMs);
      // A lookup measures its requests itself.
      if (!this.#context.makePoll && tookMs > this.#context.slowestResponseMs) this.#context.slowestResponseMs = tookMs;
    } else {
      this.#wait = undefined;
      canWaitAgain = this.#plan.onWaitResponse(isDone(raw), sentMs, nowMs);
    }
    if (this.settings.onEvent) {
      const facts = { done: isDone(raw), tookMs, ageMs: this.#plan.ageMs(nowMs) };
      this.#emit(
        isPoll ? { type: 'poll', ...facts, placedBy: (call.spec as PollRequest).placedBy } : { type: 'wait', ...facts },
      );
    }
    this.responseCount++;
    this.lastFailure = undefined;
    // A server that held the wait knows the end exactly.
    const isExact = !isPoll && tookMs > 1000;
    this.applyState(raw, sentMs, nowMs, undefined, isExact ? nowMs : undefined);
    if (canWaitAgain && !this.outcome) this.#run(nowMs);
  }

  onFailure(error: unknown, call: RpcCall<RawOperation>): void {
    const nowMs = now();
    this.lastFailure = { error };
    const deferredMs = isRequestError(error) ? this.#plan.retryAfter(error.retryAfterMs, nowMs) : 0;
    if (call === this.poll) {
      this.poll = undefined;
      if (this.#plan.onPollFailure(error, nowMs)) this.#reschedule();
      else this.fail(error);
      return;
    }
    this.#wait = undefined;
    if (!this.#plan.onWaitFailure(error, call.sentMs, nowMs)) return this.fail(error);
    this.#emit({ type: 'wait-failed', error, disabled: !this.#context.waitSupport.isSupported });
    this.#emitRetryAfter(deferredMs);
    this.#run(nowMs);
  }

  onRetry(error: RequestError, attempt: number, delayMs: number, call: object): void {
    this.lastFailure = { error, attempts: attempt };
    this.#plan.retryAfter(error.retryAfterMs, now());
    if (call === this.poll) this.poll.sentMs = pausedMs;
    this.#emit({ type: 'retry', error, attempt, delayMs });
  }

  /**
   * Handles a response to a lookup of another caller.
   *
   * @param sentMs - when it was sent.
   * @throws what {@link PollLoop.applyState} throws.
   */
  handleResponse(raw: RawOperation, sentMs: number): void {
    const nowMs = now();
    this.responseCount++;
    this.lastFailure = undefined;
    this.#plan.onResponse(nowMs);
    this.applyState(raw, sentMs, nowMs);
  }

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
    if (this.outcome && isDone(raw)) return true;
    const state = this.#decode(raw);
    const problem = state && findOutdated(state, this);
    if (problem && !ignoreOlder) throw new RangeError(`Cannot update as ${problem}`);
    // Until when one that a list has was running is not known.
    if (state && !problem) this.applyState(raw, sentMs, now(), state, sentMs === undefined ? now() : undefined);
    return !problem;
  }

  /**
   * Applies a state of the operation and notifies the waiters.
   *
   * @param sentMs - when its request was sent: the time to the next poll counts from there.
   * @param decoded - the state, if it is decoded already.
   * @param runningMs - until when it was certainly running, if it is done.
   * @throws {@link MalformedOperationError} if it is not an operation.
   * @throws TypeError or RangeError if the backoff does not return a delay.
   */
  applyState(
    raw: RawOperation,
    sentMs = now(),
    nowMs = sentMs,
    decoded?: Operation<R, M>,
    runningMs = this.#stateSentMs,
  ): void {
    if (this.outcome) return;
    const previous = this.operation;
    let operation = decoded ?? this.#decode(raw);
    if (!operation) return;
    // States only go forward: a running one that was requested before the known one was received may be older.
    if (previous && sentMs < this.#stateReceivedMs && !operation.done) operation = previous;
    else {
      this.#stateSentMs = sentMs;
      this.#stateReceivedMs = nowMs;
    }
    this.operation = operation;
    if (operation.done) {
      if (previous) this.#record(runningMs, Math.max(runningMs, sentMs));
      this.#emit({ type: 'done', result: operation.result, polls: this.responseCount });
      return this.#complete({ operation });
    }
    const hasChanged = operation !== previous && !sameState(previous?.raw, raw);
    // Not by a wait that was sent long before the last poll: the next one would be due too early.
    this.#plan.observed(operation, Math.max(sentMs, this.#stateSentMs), nowMs);
    if (raw.retryAfterMs !== undefined) this.#emitRetryAfter(this.#plan.retryAfter(raw.retryAfterMs, nowMs));
    if (hasChanged) this.#notify(operation);
    this.#reschedule();
  }

  /** The decoded state; undefined if the response of a completed operation cannot be decoded, which is its outcome. */
  #decode(raw: RawOperation): Operation<R, M> | undefined {
    try {
      return toOperation(raw, this.info, this.name);
    } catch (error) {
      if (!isLROError(error) || error.code !== 'LRO_UNPACK_FAILED') throw error;
      this.operation = undecodedOperation(error);
      this.#emit({ type: 'done', result: 'response', polls: this.responseCount });
      this.#complete({ error });
      return undefined;
    }
  }

  #notify(operation: Operation<R, M>): void {
    for (const waiter of this.#waiters.snapshot()) {
      // A waiter may apply a newer state, of which all have been notified by then.
      if (this.operation !== operation) return;
      waiter.onUpdate(operation);
    }
  }

  /**
   * Resets the schedule, because the operation may end soon (for example after a cancel).
   *
   * @param isReturn - keeps it instead, and polls now, because requests may succeed again, unless the server said when to retry.
   */
  resetSchedule(isReturn?: boolean): void {
    if (this.outcome) return;
    try {
      // The aborted poll is replaced at once.
      if (this.#plan.reset(now(), this.poll?.sentMs ?? -1, isReturn)) this.poll = this.poll?.abort();
      this.#reschedule();
    } catch (error) {
      this.fail(error);
    }
  }

  #emitRetryAfter(delayMs: number): void {
    if (delayMs > 0) this.#emit({ type: 'retry-after', delayMs });
  }

  // ---- events ----

  #emit(event: PollingEventWithoutName): void {
    try {
      const result: unknown = this.settings.onEvent?.({ name: this.name, ...event });
      if (result) ignoreRejection(result);
    } catch {
      // A failing event listener must not fail the wait.
    }
  }
}

/**
 * The deadline of the first attempt of a poll, in milliseconds: a response that takes twenty times as long as the slowest one
 * so far is not expected.
 */
export function firstTimeoutMs({ slowestResponseMs }: ClientContext): number {
  return Math.max(15_000, 20 * slowestResponseMs);
}

/** A GetOperation of a poll loop, with its retries. A class, since a program may have 100,000 polls in flight. */
export class PollRequest implements CallSpec<RawOperation> {
  readonly method = 'GetOperation';
  readonly name: string;
  readonly headers: PollingSettings['headers'];
  readonly retry: RetryPolicy;
  readonly timers: TimerWheel;
  readonly rateLimiter: RateLimiter | undefined;
  readonly bounds: PollPlan;
  readonly placedBy: PollPlacement;
  readonly #context: ClientContext;
  #attempts = 0;
  #startedMs: number | undefined;

  constructor(context: ClientContext, { name, settings }: ActiveLoop, plan: PollPlan, placedBy: PollPlacement) {
    this.name = name;
    this.headers = settings.headers;
    this.retry = settings.retry;
    this.timers = context.timers;
    this.rateLimiter = context.rateLimiter;
    this.bounds = plan;
    this.placedBy = placedBy;
    this.#context = context;
  }

  /** An attempt has more time than the one before, and the last all of it: a slow service must not always time out. */
  timeoutMs(nowMs: number): number {
    const { codes, maxAttempts, maxElapsedMs } = this.retry;
    const limitMs = firstTimeoutMs(this.#context) * 2 ** this.#attempts++;
    const elapsedMs = nowMs + limitMs - (this.#startedMs ??= nowMs);
    const isFinal = codes?.includes(Code.DEADLINE_EXCEEDED) === false;
    const isLast = isFinal || this.#attempts >= maxAttempts || elapsedMs >= maxElapsedMs;
    return this.bounds.pollTimeoutMs(nowMs, isLast ? Infinity : limitMs);
  }

  send(options: CallOptions): Sent<RawOperation> {
    return this.#context.transport.getOperation({ name: this.name }, options);
  }
}
