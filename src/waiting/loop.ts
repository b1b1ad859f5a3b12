import { anyType, type OperationInfo } from '../any.js';
import { refusal } from '../arguments.js';
import { isLROError, isRequestError } from '../errors.js';
import { sameState, toOperation, type CompletedOperation, type Operation } from '../operation.js';
import { Cadence } from '../polling/cadence.js';
import type { PollingEvent } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import { OwnSignal } from '../rpc/abort.js';
import { maxTimeoutMs, now } from '../rpc/clock.js';
import type { Pacer } from '../rpc/pacer.js';
import { boundedHintMs } from '../rpc/retry.js';
import { Code } from '../status.js';
import type { OperationsTransport, RawOperation } from '../transport.js';
import { poll, wait, type Asker } from './requests.js';
import type { ServerWaits } from './server-waits.js';

/** One who waits for an operation. (Methods, so that a poller of anything stands for one of unknown things.) */
export interface Waiter<R, M> {
  /** When it stops waiting, on the monotonic clock; Infinity if it does not. */
  readonly deadlineMs: number;
  /** Whether it wants to hear of progress. */
  readonly listens: boolean;
  /** The operation runs, and its state is not the one before. */
  change(operation: Operation<R, M>): void;
  /** It is over: the operation is done, or cannot be asked about any more. The loop knows the waiter no longer. */
  end(ending: Ending<R, M>): void;
}

/** How a wait ends by itself. */
export type Ending<R, M> =
  | { readonly operation: CompletedOperation<R, M>; readonly error?: undefined }
  | { readonly operation?: undefined; readonly error: unknown };

/** What the loops of one client share. */
export interface LoopHost {
  readonly transport: OperationsTransport;
  /** The loops that someone waits for. */
  readonly active: Set<{ readonly name: string; fail(error: unknown): void }>;
  readonly waits: ServerWaits;
  readonly pacer: Pacer | undefined;
}

/** What a loop begins with. */
export interface LoopStart<R, M> {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/**
 * The loop that asks about one operation for as long as somebody waits for it: any number of waiters, one timer, one
 * poll and one server-side wait at a time. Without waiters it holds no timer, no listener and no request.
 *
 * A program may have as many as it has operations, so it is lean: while it sleeps it holds no closure and no signal.
 */
export class PollLoop<R, M> implements Asker {
  readonly host: LoopHost;
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  readonly #startedAtMs: number;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** How the operation ended: the operation itself, or why its response cannot be read. */
  ending: Ending<R, M> | undefined;
  /** How many answers there have been. */
  polls = 0;

  readonly #cadence: Cadence;
  /** Never changed in place, so that those who leave while it is gone through do no harm. */
  #waiters: readonly Waiter<R, M>[] = nobody;
  /** When the next poll is due, and the next server-side wait. They outlive the waiters: a new wait asks no sooner. */
  #dueMs: number;
  #waitDueMs = 0;
  /** When the last answer came, and how long it took; in whole milliseconds, which take no memory of their own. */
  #lastAnswerMs = longAgoMs;
  #roundTripMs = 100;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #poll: OwnSignal | undefined;
  #wait: OwnSignal | undefined;
  /** A server-side wait failed in a way that leaves open whether it or the operation is at fault. */
  #waitInDoubt = false;

  constructor(host: LoopHost, { name, info, settings, startedAtMs }: LoopStart<R, M>) {
    this.host = host;
    this.name = name;
    this.info = info;
    this.settings = settings;
    this.#startedAtMs = startedAtMs;
    const nowMs = now();
    this.#cadence = new Cadence(settings, nowMs, Math.max(0, Date.now() - startedAtMs));
    // Who never polls does not poll the first time either: states come by update() alone.
    this.#dueMs = this.#cadence.provisionalMs(nowMs) === Infinity ? Infinity : nowMs;
  }

  /** What it takes to go on elsewhere. */
  get token(): ResumeToken {
    const { apiEndpoint } = this.host.transport;
    return makeToken(this.name, this.#startedAtMs, { info: this.info, apiEndpoint });
  }

  /** Adds one who waits: it is told the state as it is known, or the end. */
  add(waiter: Waiter<R, M>): void {
    if (this.ending) return waiter.end(this.ending);
    this.#waiters = this.#waiters.concat(waiter);
    this.host.active.add(this);
    if (this.operation) waiter.change(this.operation);
    this.#arm();
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
  accept(raw: RawOperation, sentMs: number): void {
    if (this.ending) return;
    this.polls++;
    this.#lastAnswerMs = Math.round(now());
    this.see(raw, sentMs);
  }

  /**
   * Takes in a state of the operation.
   *
   * @param sentMs - from when to count the time to the next poll.
   * @throws {@link MalformedOperationError} if it is none.
   * @throws RangeError if the backoff gives no delay.
   */
  see(raw: RawOperation, sentMs = now()): void {
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
      this.emit(() => ({ type: 'done', name: this.name, result, polls: this.polls }));
      return this.#end({ operation });
    }
    const nowMs = now();
    this.#cadence.observe(operation, nowMs);
    this.#dueMs = this.#cadence.nextMs(sentMs, nowMs);
    this.#heed(raw.retryAfterMs, nowMs);
    if (!sameState(previous?.raw, raw)) for (const waiter of this.#waiters) waiter.change(operation);
    this.#arm();
  }

  /**
   * Takes in a state that was pushed.
   *
   * @throws TypeError if it is not of this operation.
   * @throws RangeError if it is older than what is known.
   * @throws what {@link PollLoop.see} throws.
   */
  update(raw: RawOperation): void {
    const known = this.operation;
    const { metadata } = this.info;
    const state = toOperation({ ...raw, response: undefined }, { response: anyType, metadata }, this.name);
    if (state.name !== this.name && state.name !== known?.name) {
      throw new TypeError(refusal('update', 'name', `'${this.name}'`, `'${state.name}'`));
    }
    if (!state.done && this.ending) throw new RangeError('Cannot update as the operation is known to be done');
    if (known && this.#cadence.isOlder(state, known)) {
      throw new RangeError('Cannot update as the operation is known to be further');
    }
    this.see(raw);
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  /** Begins the cadence anew, because something happened that may end the operation soon. */
  hurry(): void {
    if (this.ending) return;
    const nowMs = now();
    this.#cadence.restart(nowMs);
    this.#dueMs = Math.min(this.#dueMs, this.#cadence.provisionalMs(nowMs));
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
  #heed(retryAfterMs: number | undefined, nowMs: number): void {
    const delayMs = boundedHintMs(retryAfterMs);
    if (delayMs === 0) return;
    this.#waitDueMs = Math.max(this.#waitDueMs, nowMs + delayMs);
    if (nowMs + delayMs <= this.#dueMs) return;
    this.#dueMs = nowMs + delayMs;
    this.emit(() => ({ type: 'hint', name: this.name, delayMs }));
  }

  /** Makes what is under way fit those who wait. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiters.length === 0) return this.#stop();
    if (this.#poll) return;
    const nowMs = now();
    const soonMs = nowMs + earlyMs;
    let waitMs = this.#wait || !this.#waits ? Infinity : this.#waitDueMs;
    if (waitMs < soonMs) {
      if (this.host.waits.open()) this.#run(this.#openWait(nowMs));
      // No place for another wait: poll at the cadence, and try again then.
      else waitMs = this.#waitDueMs = this.#dueMs;
    }
    const pollMs = this.#wait && !this.#waiters.some(({ listens }) => listens) ? Infinity : this.#nextPollMs();
    if (pollMs < soonMs) return this.#run(this.#sendPoll(nowMs));
    const atMs = this.#wait ? pollMs : Math.min(pollMs, waitMs);
    // An open wait that nobody listens beside needs no timer: it has its deadline.
    if (this.#wait && atMs === Infinity) return;
    this.#timer = setTimeout(wake, Math.min(atMs - nowMs, maxTimeoutMs), this);
  }

  /** Asks, if it is time to. */
  wake(): void {
    this.#arm();
  }

  #stop(): void {
    this.host.active.delete(this);
    this.#poll?.abort();
    this.#poll = undefined;
    if (!this.#wait) return;
    this.#wait.abort();
    this.#closeWait();
    this.#dueMs = Math.max(this.#dueMs, this.#waitDueMs);
  }

  /** Whether a server-side wait may be opened at all. */
  get #waits(): boolean {
    const { wait } = this.settings;
    if (wait !== 'auto') return wait === 'always';
    return !this.#waitInDoubt && this.host.waits.works && this.host.transport.waitOperation !== undefined;
  }

  /** When the cadence has it, or else in time for the last answer that can reach a waiter before it gives up. */
  #nextPollMs(): number {
    if (this.#dueMs === Infinity) return Infinity;
    // Short waits, one after another, must not become a cadence of their own.
    const earliestMs = this.#lastAnswerMs + Math.min(1000, (this.#dueMs - this.#lastAnswerMs) / 2);
    let nextMs = this.#dueMs;
    for (const { deadlineMs } of this.#waiters) {
      const chanceMs = Math.max(deadlineMs - this.#leadMs, earliestMs);
      if (chanceMs < deadlineMs && this.#dueMs > deadlineMs - this.#leadMs) nextMs = Math.min(nextMs, chanceMs);
    }
    return nextMs;
  }

  /** How long before its end a wait gets its last answer: time for a round trip like the one before. */
  get #leadMs(): number {
    return Math.min(Math.max(3 * this.#roundTripMs, 50), 1000);
  }

  /** The milliseconds until the last waiter gives up. */
  leftMs(): number {
    return this.#waiters.reduce((lastMs, { deadlineMs }) => Math.max(lastMs, deadlineMs), -Infinity) - now();
  }

  /** The milliseconds until the last attempt that can reach the last waiter. */
  lastChanceMs(): number {
    return this.leftMs() - this.#leadMs;
  }

  #run(request: Promise<void>): void {
    request.catch((error: unknown) => this.fail(error));
  }

  async #sendPoll(nowMs: number): Promise<void> {
    // Stands if the poll is given up or fails: whoever waits next asks no sooner.
    this.#dueMs = this.#cadence.provisionalMs(nowMs);
    const signal = (this.#poll = new OwnSignal());
    const clipped = this.leftMs() < this.settings.rpcTimeoutMs;
    const { raw, error, sentMs } = await poll(this, signal);
    if (signal.aborted) return;
    this.#poll = undefined;
    if (error === undefined) {
      this.#roundTripMs = Math.round(now() - sentMs);
      // The operation can be asked about, and yet not waited for: it was the wait.
      if (this.#waitInDoubt) this.host.waits.giveUp();
      this.#waitInDoubt = false;
      this.#answered('poll', raw, sentMs);
    } else {
      // Who was about to give up left the poll little time, and that is no failure for those who stay.
      const cutShort = clipped && isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
      if (!cutShort && !this.#notVisibleYet(error)) throw error;
      this.#lastAnswerMs = Math.round(now());
      this.#arm();
    }
  }

  async #openWait(openedMs: number): Promise<void> {
    const { waits } = this.host;
    // Stands if the wait is given up: short waits, one after another, must not become a cadence.
    this.#waitDueMs = openedMs + 1000;
    const signal = (this.#wait = new OwnSignal());
    const windowMs = Math.max(1, Math.min(waits.windowMs, this.leftMs()));
    const { raw, error, sentMs } = await wait(this, signal, windowMs);
    if (signal.aborted) return;
    this.#closeWait();
    const nowMs = now();
    if (error === undefined) {
      // An answer may be anything, null too: accept() is to say so.
      const kept = (raw as RawOperation | null)?.done === true || waits.ended(nowMs - sentMs, windowMs);
      this.#waitDueMs = kept ? nowMs : this.#cadence.provisionalMs(sentMs);
      this.#answered('wait', raw, sentMs);
      return;
    }
    const failure = isRequestError(error) ? error : undefined;
    const unseen = this.#notVisibleYet(error);
    const verdict = unseen ? 'later' : waits.failed(error, nowMs - openedMs);
    // Tried again and again, and given up; a deadline after that only says that it still runs.
    const spent = failure && failure.attempts > 1 && failure.rpcCode !== Code.DEADLINE_EXCEEDED;
    if (this.settings.wait === 'always' && !unseen && (verdict !== 'again' || spent)) throw error;
    this.#waitInDoubt = verdict === 'doubt';
    this.#waitDueMs = verdict === 'again' ? nowMs : this.#cadence.provisionalMs(nowMs);
    this.emit(() => ({ type: 'wait-failed', name: this.name, error, remembered: !waits.works }));
    if (unseen) this.#dueMs = Math.max(this.#dueMs, this.#waitDueMs);
    this.#heed(failure?.retryAfterMs, nowMs);
    this.#arm();
  }

  #closeWait(): void {
    if (this.#wait) this.host.waits.close();
    this.#wait = undefined;
  }

  #answered(type: 'poll' | 'wait', raw: RawOperation, sentMs: number): void {
    const nowMs = now();
    const [tookMs, ageMs] = [nowMs - sentMs, this.#cadence.ageMs(nowMs)];
    this.emit(() => ({ type, name: this.name, done: raw.done, tookMs, ageMs }));
    this.accept(raw, sentMs);
  }

  /** Some services show an operation only a while after they have handed it out. */
  #notVisibleYet(error: unknown): boolean {
    if (this.polls > 0 || !isRequestError(error, Code.NOT_FOUND)) return false;
    return this.#cadence.seenForMs(now()) < this.settings.notFoundGraceMs;
  }

  /** Tells the listener, if there is one; the event is made for it alone. */
  emit(event: () => PollingEvent): void {
    const { onEvent } = this.settings;
    try {
      onEvent?.(event());
    } catch {
      // A log that breaks must not break the wait.
    }
  }
}

const nobody: readonly never[] = [];

const longAgoMs = -1e6;

/** How much too early a timer may fire, in milliseconds. */
const earlyMs = 1;

// A function of its own, given the loop: a closure for each sleeping loop is memory.
function wake(loop: { wake(): void }): void {
  loop.wake();
}
