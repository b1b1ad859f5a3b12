import type { OperationInfo } from '../any.js';
import { isLROError, isRequestError, type RequestError } from '../errors.js';
import { isDone, sameState, toOperation, type Operation } from '../operation.js';
import { Cadence } from '../polling/cadence.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import { Call, type Asker, type Rpc } from '../rpc/call.js';
import { now } from '../rpc/clock.js';
import type { Pacer } from '../rpc/pacer.js';
import { boundedHintMs, type RetryPolicy } from '../rpc/retry.js';
import type { Scheduler, Sleeper } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { LoopHost, LoopStart } from './host.js';
import { checkPushed } from './pushed.js';
import { ServerWait, type WaitingLoop } from './server-wait.js';
import type { Ending, Waiter } from './waiter.js';

/**
 * The loop that asks about one operation for as long as somebody waits for it: any number of waiters, one timer, one
 * poll and one server-side wait at a time. Without waiters it holds no timer, no listener and no request.
 *
 * A program may have as many as it has operations, so it is lean: it is itself what its polls ask, and while it sleeps
 * it holds no closure and no signal.
 */
export class PollLoop<R, M> implements Rpc<RawOperation>, Asker<RawOperation>, WaitingLoop, Sleeper {
  readonly method = 'GetOperation';
  readonly host: LoopHost;
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  readonly cadence: Cadence;
  readonly #startedAtMs: number;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** How the operation ended: the operation itself, or why its response cannot be read. */
  ending: Ending<R, M> | undefined;
  /** How many answers there have been. */
  polls = 0;
  /** Never changed in place, so that those who leave while it is gone through do no harm. */
  #waiters: readonly Waiter<R, M>[] = nobody;
  #poll: Call<RawOperation> | undefined;
  /** Whether the poll has less than its time, because everyone who waits is about to give up. */
  #clipped = false;
  readonly #wait: ServerWait | undefined;
  wakeMs = 0;
  place = -1;

  constructor(host: LoopHost, { name, info, settings, startedAtMs }: LoopStart<R, M>) {
    this.host = host;
    this.name = name;
    this.info = info;
    this.settings = settings;
    this.#startedAtMs = startedAtMs;
    this.cadence = new Cadence(settings, now(), Math.max(0, Date.now() - startedAtMs));
    const { wait } = settings;
    if (wait === 'always' || (wait === 'auto' && host.transport.waitOperation)) this.#wait = new ServerWait(this);
  }

  get headers(): Readonly<Record<string, string>> | undefined {
    return this.settings.headers;
  }

  get retry(): RetryPolicy {
    return this.settings.retry;
  }

  get scheduler(): Scheduler {
    return this.host.scheduler;
  }

  /** Who asks for many at once paces what it sends itself, and keeps its deadlines. */
  get pacer(): Pacer | undefined {
    return this.host.ask ? undefined : this.host.pacer;
  }

  timeoutMs(): number {
    return this.host.ask ? Infinity : this.#limitMs();
  }

  #limitMs(): number {
    const leftMs = this.leftMs();
    this.#clipped = leftMs < this.settings.rpcTimeoutMs;
    return this.#clipped ? Math.max(1, leftMs) : this.settings.rpcTimeoutMs;
  }

  send(options: CallOptions): Promise<RawOperation> {
    const { host, name } = this;
    return host.ask ? host.ask(name, options, this.#limitMs()) : host.transport.getOperation({ name }, options);
  }

  onRetry(error: RequestError, attempt: number, delayMs: number): void {
    this.emit({ type: 'retry', error, attempt, delayMs });
  }

  /** What it takes to go on elsewhere. */
  get token(): ResumeToken {
    const { apiEndpoint } = this.host.transport;
    return makeToken(this.name, this.#startedAtMs, { info: this.info, apiEndpoint });
  }

  /** Whether somebody waits. */
  get isActive(): boolean {
    return this.#waiters.length > 0;
  }

  /** Adds one who waits: it is told the state as it is known, or the end. */
  add(waiter: Waiter<R, M>): void {
    if (this.ending) return waiter.end(this.ending);
    this.#waiters = this.#waiters.concat(waiter);
    if (this.operation) waiter.change(this.operation);
    this.go();
  }

  /** Removes one who waits. The last to leave stops everything. */
  remove(waiter: Waiter<R, M>): void {
    if (!this.#waiters.includes(waiter)) return;
    this.#waiters = this.#waiters.filter((one) => one !== waiter);
    this.#arm();
  }

  /**
   * Takes in what the server said of the operation, whoever asked.
   *
   * @param sentMs - when it was asked.
   * @throws what {@link PollLoop.see} throws.
   */
  accept(raw: RawOperation, sentMs: number, nowMs = now()): void {
    if (this.ending) return;
    this.polls++;
    this.cadence.answered(nowMs);
    this.see(raw, sentMs, nowMs);
  }

  /**
   * Takes in a state of the operation.
   *
   * @param sentMs - from when to count the time to the next poll.
   * @throws {@link MalformedOperationError} if it is none.
   * @throws TypeError or RangeError if the backoff gives no delay.
   */
  see(raw: RawOperation, sentMs = now(), nowMs = sentMs): void {
    if (this.ending) return;
    const previous = this.operation;
    let operation: Operation<R, M>;
    try {
      operation = toOperation(raw, this.info, this.name);
    } catch (error) {
      if (isLROError(error) && error.code === 'LRO_UNPACK_FAILED') return this.#end({ error });
      throw error;
    }
    this.operation = operation;
    if (operation.done) {
      const { result } = operation;
      this.emit({ type: 'done', result, polls: this.polls });
      return this.#end({ operation });
    }
    this.cadence.see(operation, sentMs, nowMs);
    this.heed(raw.retryAfterMs, nowMs);
    if (!sameState(previous?.raw, raw)) for (const waiter of this.#waiters) waiter.change(operation);
    this.#arm();
  }

  /**
   * Takes in a state that was pushed.
   *
   * @throws what {@link checkPushed} and {@link PollLoop.see} throw.
   */
  update(raw: RawOperation): void {
    checkPushed(raw, this, this.cadence);
    this.see(raw);
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  /** Begins the cadence anew, because something happened that may end the operation soon. */
  hurry(): void {
    if (this.ending) return;
    this.cadence.hurry(now());
    this.#arm();
  }

  #end(ending: Ending<R, M>): void {
    this.ending = ending;
    this.#settle(ending);
  }

  #settle(ending: Ending<R, M>): void {
    const waiters = this.#waiters;
    this.#waiters = nobody;
    this.#arm();
    for (const waiter of waiters) waiter.end(ending);
  }

  /** Puts off what comes next, once, as the server asked. */
  heed(retryAfterMs: number | undefined, nowMs: number): void {
    const delayMs = boundedHintMs(retryAfterMs);
    if (delayMs === 0) return;
    const untilMs = nowMs + delayMs;
    this.#wait?.putOff(untilMs);
    if (untilMs <= this.cadence.dueMs()) return;
    this.cadence.putOff(untilMs);
    this.emit({ type: 'hint', delayMs });
  }

  wake(): void {
    const nowMs = now();
    for (const waiter of this.#waiters) if (waiter.deadlineMs <= nowMs) waiter.late();
    this.go(nowMs);
  }

  /** Asks, if it is time to. */
  go(nowMs = now()): void {
    try {
      if (this.#waiters.length > 0 && !this.#poll) {
        if (this.#wait && this.#wait.nextMs <= nowMs) this.#wait.open(nowMs);
        if (this.#pollMs <= nowMs) this.#sendPoll(nowMs);
      }
      this.#arm();
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Makes what is under way fit those who wait. What is due is left to the scheduler, always: a transport that answers at
   * once, and a backoff of nothing, must not keep a program from its other work.
   */
  #arm(): void {
    if (this.#waiters.length === 0) return this.#stop();
    const nextMs = this.#poll ? Infinity : Math.min(this.#pollMs, this.#wait?.nextMs ?? Infinity);
    // Also where a request is open and nothing is due: all who wait are to be found there.
    this.scheduler.sleep(this, Math.min(nextMs, this.#deadlineMs));
  }

  /** When to poll. */
  get #pollMs(): number {
    const idle = this.#wait?.isOpen && !this.#waiters.some(({ listens }) => listens);
    return idle ? Infinity : this.cadence.dueMs(this.#deadlineMs);
  }

  /** When the first of those who wait gives up. */
  get #deadlineMs(): number {
    return this.#waiters.reduce((ms, { deadlineMs }) => Math.min(ms, deadlineMs), Infinity);
  }

  #stop(): void {
    this.scheduler.forget(this);
    this.#poll?.abort();
    this.#poll = undefined;
    this.#wait?.stop();
  }

  /** The milliseconds until the last waiter gives up. */
  leftMs(): number {
    const lastMs = this.#waiters.reduce((ms, { deadlineMs }) => Math.max(ms, deadlineMs), -Infinity);
    return lastMs < Infinity ? lastMs - now() : lastMs;
  }

  /** The milliseconds until the last attempt that can reach the last waiter. */
  lastChanceMs(): number {
    return this.leftMs() - this.cadence.leadMs;
  }

  #sendPoll(nowMs: number): void {
    this.cadence.sent(nowMs);
    this.#poll = new Call(this, this);
    this.#poll.start();
  }

  answered(raw: RawOperation, { sentMs }: Call<RawOperation>): void {
    this.#poll = undefined;
    const nowMs = now();
    const tookMs = nowMs - sentMs;
    this.cadence.answered(nowMs, tookMs);
    this.#wait?.polled();
    if (this.settings.onEvent)
      this.emit({ type: 'poll', done: isDone(raw), tookMs, ageMs: nowMs - this.cadence.beganMs });
    this.accept(raw, sentMs, nowMs);
  }

  failed(error: unknown): void {
    this.#poll = undefined;
    // Who was about to give up left the poll little time, and that is no failure for those who stay.
    const late = this.#clipped && isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
    if (!late && !this.notVisibleYet(error)) throw error;
    this.cadence.answered(now());
    this.#arm();
  }

  /** Some services show an operation only a while after they have handed it out. */
  notVisibleYet(error: unknown): boolean {
    if (this.polls > 0 || !isRequestError(error, Code.NOT_FOUND)) return false;
    return now() - this.cadence.sinceMs < this.settings.notFoundGraceMs;
  }

  emit(event: PollingEventBody): void {
    try {
      this.settings.onEvent?.({ name: this.name, ...event });
    } catch {
      // A log that breaks must not break the wait.
    }
  }
}

const nobody: readonly never[] = [];
