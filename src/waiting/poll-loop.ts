import type { OperationInfo } from '../any.js';
import { isLROError, isRequestError, type RequestError } from '../errors.js';
import { isDone, sameState, toOperation, type Operation } from '../operation.js';
import type { PollingEventWithoutName } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import { RpcCall, type CallObserver, type CallSpec } from '../rpc/rpc-call.js';
import type { RateLimiter } from '../rpc/rate-limiter.js';
import type { RetryPolicy } from '../rpc/retry.js';
import { now, type TimerWheel, type TimerTask } from '../rpc/timer-wheel.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { ActiveLoop, ClientContext } from './client-context.js';
import { LongPoll } from './long-poll.js';
import { plainDemand, PollPlan, type Demand } from './poll-plan.js';
import { validateUpdate } from './pushed.js';
import { WaitRequest } from './wait-request.js';
import type { WaitOutcome, Waiter } from './waiter.js';

/** What a loop is made from. */
export interface PollLoopOptions<R, M> {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/**
 * What is known of one operation, and who waits for it. Its {@link PollPlan} decides what is due; the loop does it: it
 * has one timer and at most two calls under way, a poll and a server-side wait, and passes each new state to the waiters.
 * Without waiters it holds no timer, no listener and no request.
 *
 * A program may have as many as it has operations, so it is lean: while it sleeps it holds no closure and no signal.
 */
export class PollLoop<R, M> implements CallObserver<RawOperation>, TimerTask, ActiveLoop {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** How the operation ended: the operation itself, or why its response cannot be read. */
  outcome: WaitOutcome<R, M> | undefined;
  /** How many times the server has answered. */
  responseCount = 0;
  readonly #context: ClientContext;
  readonly #startedAtMs: number;
  readonly #plan: PollPlan;
  /** Never changed in place, so that a waiter may leave while all are notified. */
  #waiters: readonly Waiter<R, M>[] = noWaiters;
  #poll: RpcCall<RawOperation> | undefined;
  #wait: RpcCall<RawOperation> | undefined;
  // The timer.
  dueMs = 0;
  timerIndex = -1;
  listIndex = -1;

  /** @throws what the backoff throws, and TypeError or RangeError if it returns no delay. */
  constructor(context: ClientContext, { name, info, settings, startedAtMs }: PollLoopOptions<R, M>) {
    this.#context = context;
    this.name = name;
    this.info = info;
    this.settings = settings;
    this.#startedAtMs = startedAtMs;
    const { serverWait } = settings;
    const waits = serverWait === 'always' || (serverWait === 'auto' && context.transport.waitOperation !== undefined);
    const longPoll = waits ? new LongPoll(context.waitSupport, serverWait === 'always') : undefined;
    this.#plan = new PollPlan(settings, longPoll, now(), Math.max(0, Date.now() - startedAtMs));
  }

  /** What it takes to resume elsewhere. */
  get token(): ResumeToken {
    const { apiEndpoint } = this.#context.transport;
    return makeToken(this.name, this.#startedAtMs, { info: this.info, apiEndpoint });
  }

  get hasWaiters(): boolean {
    return this.#waiters.length > 0;
  }

  // ---- waiters ----

  /** Adds a waiter, and notifies it of the known state, or of the outcome. */
  add(waiter: Waiter<R, M>, nowMs: number): void {
    if (this.outcome) return waiter.onOutcome(this.outcome);
    this.#setWaiters(this.#waiters.concat(waiter));
    this.#context.activeLoops.add(this);
    if (this.operation) waiter.onUpdate(this.operation);
    this.#run(nowMs);
  }

  /** Removes a waiter. With the last one everything stops. */
  remove(waiter: Waiter<R, M>): void {
    if (!this.#waiters.includes(waiter)) return;
    this.#setWaiters(this.#waiters.filter((one) => one !== waiter));
    this.#reschedule();
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  #settle(outcome: WaitOutcome<R, M>): void {
    const waiters = this.#waiters;
    this.#setWaiters(noWaiters);
    this.#reschedule();
    for (const waiter of waiters) waiter.onOutcome(outcome);
  }

  #setWaiters(waiters: readonly Waiter<R, M>[]): void {
    this.#waiters = waiters;
    this.#plan.demand = demandOf(waiters);
  }

  // ---- what to do ----

  onTimer(nowMs: number): void {
    for (const waiter of this.#waiters) if (waiter.deadlineMs <= nowMs) waiter.onDeadline();
    this.#run(nowMs);
  }

  /** Sets the timer for what comes next, and sends what is due. */
  #run(nowMs: number): void {
    try {
      if (!this.hasWaiters) return;
      const { sendWait, sendPoll, wakeMs } = this.#plan.takeDue(nowMs);
      // Before anything is sent: what a transport does at once may change it.
      this.#context.timers.schedule(this, wakeMs);
      if (sendWait) this.#sendWait(nowMs);
      if (sendPoll) this.#sendPoll(nowMs);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Sets the timer for what comes next; without waiters, stops. It sends nothing, also when something is due at once: a
   * transport that answers at once and a backoff of nothing must not keep the program from its other work.
   */
  #reschedule(): void {
    // Also at `Infinity`: a scheduled task keeps the process alive.
    if (this.hasWaiters) this.#context.timers.schedule(this, this.#plan.wakeMs);
    else this.#stop();
  }

  #stop(): void {
    this.#context.timers.cancel(this);
    this.#context.activeLoops.delete(this);
    // Also where nothing is under way: what the plan gave out may not have been sent, since a backoff threw.
    this.#plan.cancelled(this.#wait?.sentMs ?? -1, now());
    this.#poll?.abort();
    this.#wait?.abort();
    this.#poll = this.#wait = undefined;
  }

  #sendPoll(nowMs: number): void {
    this.#poll = new RpcCall<RawOperation>(this, new PollRequest(this.#context, this.name, this.settings, this.#plan));
    this.#poll.start(nowMs);
  }

  #sendWait(nowMs: number): void {
    const { timeoutMs } = this.#plan.longPoll as LongPoll;
    const request = new WaitRequest(this.#context, this.name, this.settings, this.#plan, timeoutMs);
    this.#wait = new RpcCall<RawOperation>(this, request);
    this.#wait.start(nowMs);
  }

  // ---- what happened ----

  /** A poll or a wait was answered. */
  onResponse(raw: RawOperation, call: RpcCall<RawOperation>, nowMs: number): void {
    const { sentMs } = call;
    let waitAgain = false;
    if (call === this.#poll) {
      this.#poll = undefined;
      this.#plan.pollAnswered(sentMs, nowMs);
      if (this.settings.onEvent) this.#emitAnswer('poll', raw, sentMs, nowMs);
    } else {
      this.#wait = undefined;
      waitAgain = this.#plan.waitAnswered(isDone(raw), sentMs, nowMs);
      if (this.settings.onEvent) this.#emitAnswer('wait', raw, sentMs, nowMs);
    }
    this.responseCount++;
    this.applyState(raw, sentMs, nowMs);
    if (waitAgain) this.#run(nowMs);
  }

  /** A poll or a wait failed for good. */
  onFailure(error: unknown, call: RpcCall<RawOperation>): void {
    const nowMs = now();
    if (call === this.#poll) {
      this.#poll = undefined;
      if (this.#plan.pollFailed(error, nowMs)) this.#reschedule();
      else this.fail(error);
    } else {
      this.#wait = undefined;
      if (!this.#plan.waitFailed(error, call.sentMs, nowMs)) return this.fail(error);
      this.#emit({ type: 'wait-failed', error, disabled: !this.#context.waitSupport.isSupported });
      if (isRequestError(error)) this.#applyRetryAfter(error.retryAfterMs, nowMs);
      this.#run(nowMs);
    }
  }

  onError(error: unknown): void {
    this.fail(error);
  }

  onRetry(error: RequestError, attempt: number, delayMs: number): void {
    this.#emit({ type: 'retry', error, attempt, delayMs });
  }

  /**
   * Takes in what the server answered to a lookup that was not this loop's.
   *
   * @param sentMs - when it was sent.
   * @throws what {@link PollLoop.applyState} throws.
   */
  handleResponse(raw: RawOperation, sentMs: number): void {
    if (this.outcome) return;
    const nowMs = now();
    this.responseCount++;
    this.#plan.answered(nowMs);
    this.applyState(raw, sentMs, nowMs);
  }

  /**
   * Takes in a state that was pushed.
   *
   * @throws what {@link validateUpdate} and {@link PollLoop.applyState} throw.
   */
  applyUpdate(raw: RawOperation): void {
    validateUpdate(raw, this);
    this.applyState(raw);
  }

  /**
   * Takes in a state of the operation.
   *
   * @param sentMs - from when to count the time to the next poll.
   * @throws {@link MalformedOperationError} if it is none.
   * @throws TypeError or RangeError if the backoff returns no delay.
   */
  applyState(raw: RawOperation, sentMs = now(), nowMs = sentMs): void {
    if (this.outcome) return;
    const previous = this.operation;
    let operation: Operation<R, M>;
    try {
      operation = toOperation(raw, this.info, this.name);
    } catch (error) {
      if (isLROError(error) && error.code === 'LRO_UNPACK_FAILED') return this.#complete({ error });
      throw error;
    }
    this.operation = operation;
    if (operation.done) {
      this.#emit({ type: 'done', result: operation.result, polls: this.responseCount });
      return this.#complete({ operation });
    }
    this.#plan.observed(operation, sentMs, nowMs);
    if (raw.retryAfterMs !== undefined) this.#applyRetryAfter(raw.retryAfterMs, nowMs);
    if (!sameState(previous?.raw, raw)) for (const waiter of this.#waiters) waiter.onUpdate(operation);
    this.#reschedule();
  }

  /** Begins the schedule anew, because something happened that may end the operation soon. */
  resetSchedule(): void {
    if (this.outcome) return;
    this.#plan.reset(now());
    this.#reschedule();
  }

  #applyRetryAfter(retryAfterMs: number | undefined, nowMs: number): void {
    const delayMs = this.#plan.retryAfter(retryAfterMs, nowMs);
    if (delayMs > 0) this.#emit({ type: 'retry-after', delayMs });
  }

  #complete(outcome: WaitOutcome<R, M>): void {
    this.outcome = outcome;
    this.#settle(outcome);
  }

  // ---- events ----

  #emitAnswer(type: 'poll' | 'wait', raw: RawOperation, sentMs: number, nowMs: number): void {
    this.#emit({ type, done: isDone(raw), tookMs: nowMs - sentMs, ageMs: this.#plan.ageMs(nowMs) });
  }

  #emit(event: PollingEventWithoutName): void {
    try {
      this.settings.onEvent?.({ name: this.name, ...event });
    } catch {
      // A log that breaks must not break the wait.
    }
  }
}

/** A GetOperation of a loop, or what replaces it. */
class PollRequest implements CallSpec<RawOperation> {
  readonly method = 'GetOperation';
  readonly name: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly retry: RetryPolicy;
  readonly timers: TimerWheel;
  readonly rateLimiter: RateLimiter | undefined;
  readonly #context: ClientContext;
  readonly #plan: PollPlan;

  constructor(context: ClientContext, name: string, { headers, retry }: PollingSettings, plan: PollPlan) {
    this.name = name;
    this.headers = headers;
    this.retry = retry;
    this.timers = context.timers;
    // A coalesced lookup limits its own rate and keeps its own deadlines.
    this.rateLimiter = context.lookup ? undefined : context.rateLimiter;
    this.#context = context;
    this.#plan = plan;
  }

  timeoutMs(nowMs: number): number {
    return this.#context.lookup ? Infinity : this.#plan.pollTimeoutMs(nowMs);
  }

  lastAttemptInMs(nowMs: number): number {
    return this.#plan.lastAttemptInMs(nowMs);
  }

  send(options: CallOptions): Promise<RawOperation> {
    const { lookup, transport } = this.#context;
    const { name } = this;
    return lookup ? lookup(name, options, this.#plan.pollTimeoutMs(now())) : transport.getOperation({ name }, options);
  }
}

const noWaiters: readonly never[] = [];

function demandOf(waiters: readonly Waiter<never, never>[]): Demand {
  let { firstDeadlineMs, lastDeadlineMs, wantsProgress } = plainDemand;
  if (waiters.length > 0) lastDeadlineMs = -Infinity;
  for (const waiter of waiters) {
    firstDeadlineMs = Math.min(firstDeadlineMs, waiter.deadlineMs);
    lastDeadlineMs = Math.max(lastDeadlineMs, waiter.deadlineMs);
    wantsProgress ||= waiter.wantsProgress;
  }
  return firstDeadlineMs === Infinity && !wantsProgress
    ? plainDemand
    : { firstDeadlineMs, lastDeadlineMs, wantsProgress };
}
