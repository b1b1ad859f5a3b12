import type { OperationInfo } from '../any.js';
import { ignoreRejection } from '../arguments.js';
import { isLROError, isRequestError, type RequestError } from '../errors.js';
import { toOperation, undecodedOperation, type Operation } from '../operation.js';
import type { PollingEventWithoutName } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import type { Sent } from '../rpc/call-spec.js';
import { RpcCall } from '../rpc/rpc-call.js';
import { now } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsMethod, RawOperation } from '../transport.js';
import type { ActiveLoop, ClientContext, Poll } from './client-context.js';
import { pausedMs, type PollPlan } from './poll-plan.js';
import { waitRequest } from './wait-request.js';

const getMethod: OperationsMethod = 'GetOperation';

/**
 * The deadline of the first attempt of a poll, in milliseconds: a response that takes twenty times as long as the slowest one
 * so far is not expected.
 */
export function firstTimeoutMs({ slowestResponseMs }: ClientContext): number {
  return Math.max(15_000, 20 * slowestResponseMs);
}

/**
 * The requests about one operation that are under way, at most a poll and a server-side wait: sends them, reports to the
 * plan what becomes of them, and passes on the states that they bring.
 *
 * It is itself the call of its polls: a program may have 100,000 of them in flight.
 */
export abstract class OperationRequests<R, M> implements ActiveLoop {
  abstract readonly name: string;
  abstract readonly info: OperationInfo<R, M>;
  settings: PollingSettings;
  /** How many responses there have been. */
  responseCount = 0;
  /** The last failure of a request since the last response. */
  lastFailure: { readonly error: unknown; readonly attempts?: number } | undefined;
  poll: Poll | undefined;
  #wait: RpcCall<RawOperation> | undefined;
  readonly context: ClientContext;
  // As one of the client's active loops.
  group: object | undefined;
  previous: ActiveLoop | undefined;
  next: ActiveLoop | undefined;

  constructor(context: ClientContext, settings: PollingSettings) {
    this.context = context;
    this.settings = settings;
  }

  // ---- what the loop does ----

  protected abstract readonly plan: PollPlan;
  abstract readonly hasWaiters: boolean;
  /** Set once the operation is done. */
  abstract readonly outcome: unknown;
  abstract fail(error: unknown): void;
  abstract applyUpdate(raw: RawOperation, ignoreOlder?: boolean, sentMs?: number): boolean;
  abstract resetSchedule(isReturn?: boolean): void;
  /** Applies a state. @param runningMs - until when the operation was certainly running, if it is done. */
  abstract applyState(state: Operation<R, M>, sentMs: number, nowMs?: number, runningMs?: number): void;
  /** Sends what is due, and sets the timer for the next. */
  protected abstract run(nowMs: number): void;
  /** Sets the timer after a change of the schedule, and sends nothing. */
  protected abstract reschedule(): void;

  // ---- a poll, as a call ----

  // Not a field: each loop would hold it.
  get method(): string {
    return getMethod;
  }

  get bounds(): PollPlan {
    return this.plan;
  }

  /** An attempt has more time than the one before, and the last all of it: a slow service must not always time out. */
  timeoutMs(nowMs: number, attempts: number, elapsedMs: number): number {
    const { codes, maxAttempts, maxElapsedMs } = this.settings.retry;
    const limitMs = firstTimeoutMs(this.context) * 2 ** attempts;
    const isFinal = codes?.includes(Code.DEADLINE_EXCEEDED) === false;
    const isLast = isFinal || attempts + 1 >= maxAttempts || elapsedMs + limitMs >= maxElapsedMs;
    return this.plan.pollTimeoutMs(nowMs, isLast ? Infinity : limitMs);
  }

  send(options: CallOptions): Sent<RawOperation> {
    return this.context.transport.getOperation({ name: this.name }, options);
  }

  // ---- sending ----

  /** Sends a poll, or another instead of the one under way. */
  sendPoll(nowMs = now()): void {
    const { makePoll } = this.context;
    this.poll = makePoll ? makePoll(this, nowMs) : new RpcCall(this, this);
    this.poll?.start(nowMs);
  }

  /** @param timeoutMs - how long the server may hold the request. */
  protected sendWait(timeoutMs: number, nowMs: number): void {
    this.#wait = new RpcCall(this, waitRequest(this, timeoutMs));
    this.#wait.start(nowMs);
  }

  /** Cancels both requests. */
  protected abortRequests(nowMs: number): void {
    // Also without a call: what the plan returned was not sent if a backoff threw.
    this.plan.cancelled(this.#wait?.sentMs ?? -1, nowMs);
    this.poll?.abort();
    this.#wait?.abort();
    this.poll = this.#wait = this.lastFailure = undefined;
  }

  // ---- responses and failures ----

  onResponse(raw: RawOperation, call: Poll, nowMs: number): void {
    const { sentMs } = call;
    const state = this.#receive(raw);
    if (call === this.poll) this.#onPolled(state, sentMs, nowMs);
    else this.#onWaited(state, sentMs, nowMs);
  }

  #onPolled(state: Operation<R, M>, sentMs: number, nowMs: number): void {
    const { context, plan } = this;
    const tookMs = nowMs - sentMs;
    this.poll = undefined;
    plan.onPollResponse(sentMs, nowMs);
    // A lookup measures its requests itself.
    if (!context.makePoll && tookMs > context.slowestResponseMs) context.slowestResponseMs = tookMs;
    if (this.settings.onEvent) {
      const ageMs = plan.ageMs(nowMs);
      this.emit({ type: 'poll', done: state.done, tookMs, ageMs, placedBy: plan.sentBy });
    }
    this.applyState(state, sentMs, nowMs);
  }

  #onWaited(state: Operation<R, M>, sentMs: number, nowMs: number): void {
    const tookMs = nowMs - sentMs;
    this.#wait = undefined;
    const canWaitAgain = this.plan.onWaitResponse(state.done, sentMs, nowMs);
    this.emit({ type: 'wait', done: state.done, tookMs, ageMs: this.plan.ageMs(nowMs) });
    // A server that held the wait knows the end exactly.
    this.applyState(state, sentMs, nowMs, tookMs > 1000 ? nowMs : undefined);
    if (canWaitAgain && !this.outcome) this.run(nowMs);
  }

  /**
   * Handles a response to a lookup of another caller.
   *
   * @param sentMs - when it was sent.
   * @throws {@link MalformedOperationError} if it is not an operation.
   */
  handleResponse(raw: RawOperation, sentMs: number): void {
    const nowMs = now();
    const state = this.#receive(raw);
    this.plan.onResponse(nowMs);
    this.applyState(state, sentMs, nowMs);
  }

  #receive(raw: RawOperation): Operation<R, M> {
    this.responseCount++;
    this.lastFailure = undefined;
    return this.decode(raw);
  }

  /**
   * The state; if the response of a completed operation cannot be decoded, one that throws why where it is read.
   *
   * @throws {@link MalformedOperationError} if it is not an operation.
   */
  decode(raw: RawOperation): Operation<R, M> {
    try {
      return toOperation(raw, this.info, this.name);
    } catch (error) {
      if (isLROError(error) && error.code === 'LRO_UNPACK_FAILED') return undecodedOperation(error);
      throw error;
    }
  }

  onFailure(error: unknown, call: RpcCall<RawOperation>): void {
    const nowMs = now();
    this.lastFailure = { error };
    const delayMs = isRequestError(error) ? this.plan.retryAfter(error.retryAfterMs, nowMs) : 0;
    if (call === this.poll) {
      this.poll = undefined;
      if (this.plan.onPollFailure(error, nowMs)) this.reschedule();
      else this.fail(error);
      return;
    }
    this.#wait = undefined;
    if (!this.plan.onWaitFailure(error, call.sentMs, nowMs)) return this.fail(error);
    this.emit({ type: 'wait-failed', error, disabled: !this.context.waitSupport.isSupported });
    if (delayMs > 0) this.emit({ type: 'retry-after', delayMs });
    this.run(nowMs);
  }

  onRetry(error: RequestError, attempt: number, delayMs: number, call: object): void {
    this.lastFailure = { error, attempts: attempt };
    this.plan.retryAfter(error.retryAfterMs, now());
    if (call === this.poll) this.poll.sentMs = pausedMs;
    this.emit({ type: 'retry', error, attempt, delayMs });
  }

  // ---- events ----

  protected emit(event: PollingEventWithoutName): void {
    try {
      const result: unknown = this.settings.onEvent?.({ name: this.name, ...event });
      if (result) ignoreRejection(result);
    } catch {
      // A failing event listener must not fail the wait.
    }
  }
}
