import { isRequestError, type RequestError } from '../errors.js';
import { isDone, type Operation } from '../operation.js';
import { Cadence } from '../polling/cadence.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { Call, type Asker, type Rpc } from '../rpc/call.js';
import { now } from '../rpc/clock.js';
import { Pacer } from '../rpc/pacer.js';
import { boundedHintMs, type RetryPolicy } from '../rpc/retry.js';
import type { Scheduler } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { EngineLoop, LoopHost } from './host.js';
import { ServerWait } from './server-wait.js';
import { ServerWaits } from './server-waits.js';

/**
 * Asks about the operation of a loop for as long as somebody waits: one poll and one server-side wait at a time. It is
 * itself what its polls ask.
 */
export class Engine implements Rpc<RawOperation>, Asker<RawOperation> {
  readonly method = 'GetOperation';
  readonly #loop: EngineLoop;
  readonly cadence: Cadence;
  #poll: Call<RawOperation> | undefined;
  /** Whether the poll has less than its time, because everyone who waits is about to give up. */
  #clipped = false;
  readonly #wait: ServerWait | undefined;

  /** @throws what the backoff throws, and TypeError or RangeError if it gives no delay. */
  constructor(loop: EngineLoop) {
    this.#loop = loop;
    const { host, settings, startedAtMs, operation } = loop;
    host.waits ??= new ServerWaits(host.maxConcurrentWaits);
    if (host.maxRequestsPerSecond < Infinity) host.pacer ??= new Pacer(host.maxRequestsPerSecond, host.scheduler);
    const nowMs = now();
    this.cadence = new Cadence(settings, nowMs, Math.max(0, Date.now() - startedAtMs));
    const { wait } = settings;
    if (wait === 'always' || (wait === 'auto' && host.transport.waitOperation)) this.#wait = new ServerWait(this);
    if (operation) this.see(operation, nowMs, nowMs);
  }

  get name(): string {
    return this.#loop.name;
  }

  get host(): LoopHost {
    return this.#loop.host;
  }

  get waits(): ServerWaits {
    return this.host.waits as ServerWaits; // since the first engine was made
  }

  get settings(): PollingSettings {
    return this.#loop.settings;
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

  /** Takes in a state of the operation that runs: what comes next follows from it. */
  see(operation: Operation<unknown, unknown>, sentMs: number, nowMs: number): void {
    this.cadence.see(operation, sentMs, nowMs);
    this.heed(operation.raw.retryAfterMs, nowMs);
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

  /** Sends what is due. */
  ask(nowMs: number): void {
    if (this.#poll) return;
    if (this.#wait && this.#wait.nextMs <= nowMs) this.#wait.open(nowMs);
    if (this.#pollMs > nowMs) return;
    this.cadence.sent(nowMs);
    this.#poll = new Call(this, this);
    this.#poll.start();
  }

  /** When something is due. */
  get nextMs(): number {
    return this.#poll ? Infinity : Math.min(this.#pollMs, this.#wait?.nextMs ?? Infinity);
  }

  /** When to poll. */
  get #pollMs(): number {
    const idle = this.#wait?.suffices && !this.#loop.waiters.some(({ listens }) => listens);
    return idle ? Infinity : this.cadence.dueMs(this.#loop.deadlineMs);
  }

  /** Gives up what is under way. */
  stop(): void {
    this.#poll?.abort();
    this.#poll = undefined;
    this.#wait?.stop();
  }

  /** The milliseconds until the last waiter gives up. */
  leftMs(): number {
    const lastMs = this.#loop.waiters.reduce((ms, { deadlineMs }) => Math.max(ms, deadlineMs), -Infinity);
    return lastMs < Infinity ? lastMs - now() : lastMs;
  }

  /** The milliseconds until the last attempt that can reach the last waiter. */
  lastChanceMs(): number {
    return this.leftMs() - this.cadence.leadMs;
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
    this.#loop.arm();
  }

  /** Some services show an operation only a while after they have handed it out. */
  notVisibleYet(error: unknown): boolean {
    if (this.#loop.polls > 0 || !isRequestError(error, Code.NOT_FOUND)) return false;
    return now() - this.cadence.sinceMs < this.settings.notFoundGraceMs;
  }

  accept(raw: RawOperation, sentMs: number, nowMs: number): void {
    this.#loop.accept(raw, sentMs, nowMs);
  }

  go(): void {
    this.#loop.go();
  }

  fail(error: unknown): void {
    this.#loop.fail(error);
  }

  emit(event: PollingEventBody): void {
    this.#loop.emit(event);
  }
}
