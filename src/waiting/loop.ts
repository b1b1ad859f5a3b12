import { anyType, type OperationInfo } from '../any.js';
import { isLROError, type RequestError } from '../errors.js';
import { sameState, toOperation, type CompletedOperation, type Operation } from '../operation.js';
import { Cadence } from '../polling/cadence.js';
import type { PollingEvent } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { now, startTimer } from '../rpc/clock.js';
import type { Pacer } from '../rpc/pacer.js';
import { boundedHintMs } from '../rpc/retry.js';
import { Code } from '../status.js';
import type { OperationsTransport, RawOperation } from '../transport.js';
import { poll, wait, type Answer, type Asker } from './requests.js';
import type { ServerWaits } from './server-waits.js';

/** One who waits for an operation. */
export interface Waiter<R, M> {
  /** When it stops waiting, on the monotonic clock; Infinity if it does not. */
  readonly deadlineMs: number;
  /** Whether it wants to hear of progress. */
  readonly listens: boolean;
  /** The operation runs, and its state is not the one before. */
  changed(operation: Operation<R, M>): void;
  /** It is over: the operation is done, or cannot be asked about any more. The loop knows the waiter no longer. */
  ended(ending: Ending<R, M>): void;
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
  /** How long the operation has been running. */
  readonly ageMs: number;
}

/**
 * The loop that asks about one operation for as long as somebody waits for it: any number of waiters, one timer, one
 * poll and one server-side wait at a time. Without waiters it holds no timer, no listener and no request.
 */
export class PollLoop<R, M> implements Asker {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly host: LoopHost;
  readonly settings: PollingSettings;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** How the operation ended: the operation itself, or why its response cannot be read. */
  ending: Ending<R, M> | undefined;
  /** How many answers there have been. */
  polls = 0;

  readonly #cadence: Cadence;
  readonly #waiters = new Set<Waiter<R, M>>();
  /** When the next poll is due, and the next server-side wait. They outlive the waiters: a new wait asks no sooner. */
  #dueMs: number;
  #waitDueMs: number;
  #lastAnswerMs = -Infinity;
  #roundTripMs = 100;
  #timerMs = Infinity;
  #stopTimer: (() => void) | undefined;
  #poll: AbortController | undefined;
  #wait: AbortController | undefined;
  /** A server-side wait failed in a way that leaves open whether it or the operation is at fault. */
  #waitInDoubt = false;

  constructor(host: LoopHost, { name, info, settings, ageMs }: LoopStart<R, M>) {
    this.name = name;
    this.info = info;
    this.host = host;
    this.settings = settings;
    const nowMs = now();
    this.#cadence = new Cadence(settings, nowMs, ageMs);
    this.#waitDueMs = nowMs;
    // Who never polls does not poll the first time either: states come by update() alone.
    this.#dueMs = this.#cadence.provisionalMs(nowMs) === Infinity ? Infinity : nowMs;
  }

  /** Adds one who waits: it is told the state as it is known, or the end. */
  add(waiter: Waiter<R, M>): void {
    if (this.ending) return waiter.ended(this.ending);
    this.#waiters.add(waiter);
    this.host.active.add(this);
    if (this.operation) waiter.changed(this.operation);
    this.#arm();
  }

  /** Removes one who waits. The last to leave stops everything. */
  remove(waiter: Waiter<R, M>): void {
    if (this.#waiters.delete(waiter)) this.#arm();
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
    this.#lastAnswerMs = now();
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
    if (operation.done) return this.#end({ operation });
    const nowMs = now();
    this.#cadence.observe(operation, nowMs);
    this.#dueMs = this.#cadence.nextMs(sentMs, nowMs);
    this.#heed(raw.retryAfterMs, nowMs);
    if (!sameState(previous?.raw, raw)) this.#announce(operation);
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
      throw new TypeError(`Cannot update as 'name' must be '${this.name}': current value is '${state.name}'`);
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

  #announce(operation: Operation<R, M>): void {
    for (const waiter of [...this.#waiters]) if (this.#waiters.has(waiter)) waiter.changed(operation);
  }

  #end(ending: Ending<R, M>): void {
    this.ending = ending;
    const { operation } = ending;
    if (operation) this.emit(() => ({ type: 'done', name: this.name, result: operation.result, polls: this.polls }));
    this.#settle(ending);
  }

  #settle(ending: Ending<R, M>): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    this.#arm();
    for (const waiter of waiters) waiter.ended(ending);
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
    if (this.#waiters.size === 0) return this.#stop();
    if (this.#poll) return this.#disarm();
    const atMs = this.#nextMs();
    if (this.#stopTimer && atMs === this.#timerMs) return;
    this.#disarm();
    // An open wait that nobody listens beside needs no timer: it has its deadline.
    if (this.#wait && atMs === Infinity) return;
    const delayMs = atMs - now();
    if (delayMs <= 0) return this.#ask(atMs);
    this.#timerMs = atMs;
    this.#stopTimer = startTimer(delayMs, () => this.#ask(atMs));
  }

  #disarm(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #stop(): void {
    this.host.active.delete(this);
    this.#disarm();
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

  #nextMs(): number {
    if (!this.#wait) return this.#waits ? Math.min(this.#waitDueMs, this.#nextPollMs()) : this.#nextPollMs();
    for (const { listens } of this.#waiters) if (listens) return this.#dueMs;
    return Infinity;
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
    let lastMs = -Infinity;
    for (const { deadlineMs } of this.#waiters) lastMs = Math.max(lastMs, deadlineMs);
    return lastMs - now();
  }

  /** The milliseconds until the last attempt that can reach the last waiter. */
  lastChanceMs(): number {
    return this.leftMs() - this.#leadMs;
  }

  /** Opens a server-side wait if that is due and may be, and polls if that is due or nothing else can be done. */
  #ask(atMs: number): void {
    this.#disarm();
    // Timers fire up to a millisecond early.
    const nowMs = Math.max(now(), atMs);
    const waitDue = !this.#wait && this.#waits && this.#waitDueMs <= nowMs;
    if (waitDue && this.host.waits.open()) {
      this.#openWait();
      return this.#arm();
    }
    // No place for another wait: poll at the cadence, and try again then.
    if (waitDue && this.#nextPollMs() > nowMs) {
      this.#waitDueMs = this.#dueMs;
      return this.#arm();
    }
    this.#sendPoll(nowMs);
  }

  #sendPoll(nowMs: number): void {
    const request = new AbortController();
    try {
      // Stands if the poll is given up or fails: whoever waits next asks no sooner.
      this.#dueMs = this.#cadence.provisionalMs(nowMs);
    } catch (error) {
      return this.fail(error);
    }
    this.#poll = request;
    const clipped = this.leftMs() < this.settings.rpcTimeoutMs;
    poll(this, request.signal).then(
      (answer) => {
        if (this.#poll !== request) return;
        this.#poll = undefined;
        this.#roundTripMs = now() - answer.sentMs;
        // The operation can be asked about, and yet not waited for: it was the wait.
        if (this.#waitInDoubt) this.host.waits.giveUp();
        this.#waitInDoubt = false;
        this.#answered('poll', answer);
      },
      (error: unknown) => {
        if (this.#poll !== request) return;
        this.#poll = undefined;
        // Who was about to give up left the poll little time, and that is no failure for those who stay.
        const { rpcCode, origin } = requestError(error) ?? {};
        const cutShort = clipped && rpcCode === Code.DEADLINE_EXCEEDED && origin === 'transport';
        if (!cutShort && !this.#notVisibleYet(error)) return this.fail(error);
        this.#lastAnswerMs = now();
        this.#arm();
      },
    );
  }

  #openWait(): void {
    const request = new AbortController();
    this.#wait = request;
    const { waits } = this.host;
    const windowMs = Math.max(1, Math.min(waits.windowMs, this.leftMs()));
    const openedMs = now();
    // Stands if the wait is given up: short waits, one after another, must not become a cadence.
    this.#waitDueMs = openedMs + 1000;
    const ended = wait(this, request.signal, windowMs).then(
      (answer) => {
        if (this.#wait !== request) return;
        this.#closeWait();
        // A transport of someone's own may answer with no operation at all.
        const raw = answer.raw as RawOperation | undefined;
        const kept = raw?.done === true || waits.ended(now() - answer.sentMs, windowMs);
        this.#waitDueMs = kept ? now() : this.#cadence.provisionalMs(answer.sentMs);
        this.#answered('wait', answer);
      },
      (error: unknown) => {
        if (this.#wait !== request) return;
        this.#closeWait();
        this.#waitFailed(error, now() - openedMs);
      },
    );
    // The caller's own backoff may throw, or give no delay.
    ended.catch((error: unknown) => this.fail(error));
  }

  #closeWait(): void {
    this.#wait = undefined;
    this.host.waits.close();
  }

  #waitFailed(error: unknown, tookMs: number): void {
    const failure = requestError(error);
    const unseen = this.#notVisibleYet(error);
    const verdict = unseen ? 'later' : this.host.waits.failed(error, tookMs);
    // Tried again and again, and given up; a deadline after that only says that it still runs.
    const spent = failure && failure.attempts > 1 && failure.rpcCode !== Code.DEADLINE_EXCEEDED;
    if (this.settings.wait === 'always' && !unseen && (verdict !== 'again' || spent)) return this.fail(error);
    this.#waitInDoubt = verdict === 'doubt';
    this.#waitDueMs = verdict === 'again' ? now() : this.#cadence.provisionalMs(now());
    this.emit(() => ({ type: 'wait-failed', name: this.name, error, remembered: !this.host.waits.works }));
    if (unseen) this.#dueMs = Math.max(this.#dueMs, this.#waitDueMs);
    this.#heed(failure?.retryAfterMs, now());
    this.#arm();
  }

  #answered(type: 'poll' | 'wait', { raw, sentMs }: Answer): void {
    const nowMs = now();
    const [tookMs, ageMs] = [nowMs - sentMs, this.#cadence.ageMs(nowMs)];
    this.emit(() => ({ type, name: this.name, done: raw.done, tookMs, ageMs }));
    try {
      this.accept(raw, sentMs);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Some services show an operation only a while after they have handed it out. */
  #notVisibleYet(error: unknown): boolean {
    const { notFoundGraceMs } = this.settings;
    if (this.polls > 0 || requestError(error)?.rpcCode !== Code.NOT_FOUND) return false;
    return this.#cadence.seenForMs(now()) < notFoundGraceMs;
  }

  /** Tells the listener, if there is one; the event is made for it alone. */
  emit(event: () => PollingEvent): void {
    const { onEvent } = this.settings;
    if (!onEvent) return;
    try {
      onEvent(event());
    } catch {
      // A log that breaks must not break the wait.
    }
  }
}

function requestError(error: unknown): RequestError | undefined {
  return isLROError(error) && error.code === 'LRO_REQUEST_FAILED' ? error : undefined;
}
