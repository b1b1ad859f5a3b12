import { isRequestError, type RequestError } from '../errors.js';
import { isDone } from '../operation.js';
import type { Cadence } from '../polling/cadence.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { Call, type Asker, type Rpc } from '../rpc/call.js';
import { now } from '../rpc/clock.js';
import type { Pacer } from '../rpc/pacer.js';
import type { RetryPolicy } from '../rpc/retry.js';
import type { Scheduler } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { LoopHost } from './host.js';
import { graceMs, sendWait } from './send-wait.js';
import type { ServerWaits } from './server-waits.js';

/** The loop that waits at the server. */
export interface WaitingLoop {
  readonly name: string;
  readonly settings: PollingSettings;
  readonly host: LoopHost;
  /** What the client has learned of waits. */
  readonly waits: ServerWaits;
  readonly cadence: Cadence;
  /** The milliseconds until nobody waits any more. */
  leftMs(): number;
  /** The milliseconds until the last attempt that can be of use. */
  lastChanceMs(): number;
  /** Takes in what the server said, when it was asked at `sentMs`. */
  accept(raw: RawOperation, sentMs: number, nowMs: number): void;
  /** Puts off what comes next, as the server asked. */
  heed(retryAfterMs: number | undefined, nowMs: number): void;
  /** Whether an error only says that the service does not show the operation yet. */
  notVisibleYet(error: unknown): boolean;
  /** Has the loop do what is due. */
  go(): void;
  fail(error: unknown): void;
  emit(event: PollingEventBody): void;
}

/** The waits at the server (WaitOperation) of one loop, one after the other. */
export class ServerWait implements Rpc<RawOperation>, Asker<RawOperation> {
  readonly method = 'WaitOperation';
  readonly #loop: WaitingLoop;
  #call: Call<RawOperation> | undefined;
  /** When to begin the next. */
  #dueMs = 0;
  /** How long the server is asked to wait. */
  #windowMs = 0;
  /** One failed in a way that leaves open whether it or the operation is at fault. */
  #inDoubt = false;
  /** How many of the last ones had no answer. */
  #unanswered = 0;

  constructor(loop: WaitingLoop) {
    this.#loop = loop;
  }

  get name(): string {
    return this.#loop.name;
  }

  get headers(): Readonly<Record<string, string>> | undefined {
    return this.#loop.settings.headers;
  }

  get scheduler(): Scheduler {
    return this.#loop.host.scheduler;
  }

  get pacer(): Pacer | undefined {
    return this.#loop.host.pacer;
  }

  get retry(): RetryPolicy {
    const { retry, wait } = this.#loop.settings;
    // A wait that fails is no reason to fail where one may poll: the poll that follows has all the retries.
    return wait === 'always' ? { ...retry, codes: retry.codes ?? waitCodes } : { ...retry, maxAttempts: 1 };
  }

  timeoutMs(): number {
    return this.#windowMs + graceMs;
  }

  send(options: CallOptions): Promise<RawOperation> {
    return sendWait(this.#loop.host.transport, { name: this.name, timeoutMs: this.#windowMs }, options);
  }

  lastChanceMs(): number {
    return this.#loop.lastChanceMs();
  }

  onRetry(error: RequestError, attempt: number, delayMs: number): void {
    this.#loop.emit({ type: 'retry', error, attempt, delayMs });
  }

  /**
   * Whether the server waits now, and may be trusted to tell the end. One that has let two waits pass without an answer
   * has to give one first: waits that are all cut off must not hide an end that a poll would find.
   */
  get suffices(): boolean {
    return this.#call !== undefined && this.#unanswered < 2;
  }

  /** When to begin the next one. */
  get nextMs(): number {
    const { settings, waits } = this.#loop;
    const works = settings.wait === 'always' || (waits.works && !this.#inDoubt);
    return works && !this.#call ? this.#dueMs : Infinity;
  }

  /** Puts the next one off. */
  putOff(untilMs: number): void {
    this.#dueMs = Math.max(this.#dueMs, untilMs);
  }

  /** Begins one. */
  open(nowMs: number): void {
    const { waits, cadence } = this.#loop;
    // Without a place for another: poll at the cadence, and try again then.
    if (!waits.open()) return void (this.#dueMs = orElse(cadence.dueMs(), nowMs + 1000));
    // Stands if the wait is given up: short waits, one after another, must not become a cadence.
    this.#dueMs = nowMs + 1000;
    this.#windowMs = Math.max(1, Math.min(waits.windowMs, this.#loop.leftMs()));
    this.#call = new Call(this, this);
    this.#call.start();
  }

  /** Gives up the one under way. */
  stop(): void {
    if (!this.#call) return;
    const { sentMs } = this.#call;
    // One that still waits for its turn has not been sent.
    if (sentMs >= 0 && now() - sentMs >= this.#windowMs) this.#unanswered++;
    this.#call.abort();
    this.#close();
    this.#loop.cadence.putOff(this.#dueMs);
  }

  /** The operation can be asked about: if a wait could not, it was the wait. */
  polled(): void {
    if (this.#inDoubt) this.#loop.waits.giveUp();
  }

  answered(raw: RawOperation, { sentMs }: Call<RawOperation>): void {
    const { waits, cadence } = this.#loop;
    const nowMs = now();
    const tookMs = nowMs - sentMs;
    const done = isDone(raw);
    const kept = done || waits.ended(tookMs, this.#windowMs);
    this.#unanswered = 0;
    if (tookMs >= this.#windowMs) waits.held(this.#windowMs);
    this.#close();
    this.#dueMs = kept ? nowMs : orElse(cadence.afterMs(sentMs), nowMs + restMs);
    this.#loop.emit({ type: 'wait', done, tookMs, ageMs: nowMs - cadence.beganMs });
    this.#loop.accept(raw, sentMs, nowMs);
    // What came early is left to the scheduler: a service that answers at once must not keep a program from its other work.
    if (kept) this.#loop.go();
  }

  failed(error: unknown): void {
    const { waits, settings, cadence } = this.#loop;
    const nowMs = now();
    // Without the time that it waited for its turn.
    const tookMs = nowMs - (this.#call as Call<RawOperation>).sentMs;
    this.#close();
    const unseen = this.#loop.notVisibleYet(error);
    const verdict = unseen ? 'later' : waits.failed(error, tookMs);
    if (settings.wait === 'always' && !unseen && verdict !== 'again') throw error;
    this.#inDoubt = verdict === 'doubt';
    if (verdict === 'again') this.#unanswered++;
    // A millisecond later if there is no delay: a service that fails at once must not keep a program from its other work.
    const laterMs = Math.max(orElse(cadence.afterMs(nowMs), nowMs + restMs), nowMs + 1);
    this.#dueMs = verdict === 'again' ? nowMs : laterMs;
    this.#loop.emit({ type: 'wait-failed', error, remembered: !waits.works });
    if (unseen) cadence.putOff(this.#dueMs);
    if (isRequestError(error)) this.#loop.heed(error.retryAfterMs, nowMs);
    this.#loop.go();
  }

  fail(error: unknown): void {
    this.#loop.fail(error);
  }

  #close(): void {
    this.#call = undefined;
    this.#loop.waits.close();
  }
}

/** How long until the next wait after one that was of no use, where the cadence never polls, in milliseconds. */
const restMs = 60_000;

/** Who never polls waits all the same: a time, or where there is none the other. */
function orElse(ms: number, otherMs: number): number {
  return ms < Infinity ? ms : otherMs;
}

// A wait that runs into its deadline is not a failure to try again but an operation that still runs.
const waitCodes: readonly Code[] = [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED, Code.INTERNAL];
