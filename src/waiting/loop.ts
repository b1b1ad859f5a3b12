import type { OperationInfo } from '../any.js';
import { isLROError, isRequestError } from '../errors.js';
import { isDone, sameState, toOperation, type Operation } from '../operation.js';
import { Cadence } from '../polling/cadence.js';
import { tell, type PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import { now } from '../rpc/clock.js';
import { boundedHintMs } from '../rpc/retry.js';
import type { Sleeper } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { RawOperation } from '../transport.js';
import type { LoopHost, LoopStart } from './host.js';
import { checkPushed } from './pushed.js';
import { Question, type Asker } from './question.js';
import type { Ending, Waiter } from './waiter.js';

/**
 * The loop that asks about one operation for as long as somebody waits for it: any number of waiters, one timer, one
 * poll and one server-side wait at a time. Without waiters it holds no timer, no listener and no request.
 *
 * A program may have as many as it has operations, so it is lean: while it sleeps it holds no closure and no signal.
 */
export class PollLoop<R, M> implements Asker, Sleeper {
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
  /** When the next server-side wait is due. */
  #waitDueMs = 0;
  wakeMs = 0;
  place = -1;
  #poll: Question | undefined;
  #wait: Question | undefined;
  /** A server-side wait failed in a way that leaves open whether it or the operation is at fault. */
  #waitInDoubt = false;

  constructor(host: LoopHost, { name, info, settings, startedAtMs }: LoopStart<R, M>) {
    this.host = host;
    this.name = name;
    this.info = info;
    this.settings = settings;
    this.#startedAtMs = startedAtMs;
    this.#cadence = new Cadence(settings, now(), Math.max(0, Date.now() - startedAtMs));
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
    this.#go();
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
    this.#cadence.answered(nowMs);
    this.see(raw, sentMs, nowMs);
  }

  /**
   * Takes in a state of the operation.
   *
   * @param sentMs - from when to count the time to the next poll.
   * @throws {@link MalformedOperationError} if it is none.
   * @throws RangeError if the backoff gives no delay.
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
    this.#cadence.see(operation, sentMs, nowMs);
    this.#heed(raw.retryAfterMs, nowMs);
    if (!sameState(previous?.raw, raw)) for (const waiter of this.#waiters) waiter.change(operation);
    this.#arm();
  }

  /**
   * Takes in a state that was pushed.
   *
   * @throws what {@link checkPushed} and {@link PollLoop.see} throw.
   */
  update(raw: RawOperation): void {
    checkPushed(raw, this, this.#cadence);
    this.see(raw);
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  /** Begins the cadence anew, because something happened that may end the operation soon. */
  hurry(): void {
    if (this.ending) return;
    this.#cadence.restart(now());
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
    const untilMs = nowMs + delayMs;
    this.#waitDueMs = Math.max(this.#waitDueMs, untilMs);
    if (untilMs <= this.#cadence.dueMs) return;
    this.#cadence.putOff(untilMs);
    this.emit({ type: 'hint', delayMs });
  }

  wake(): void {
    const nowMs = now();
    for (const waiter of this.#waiters) if (waiter.deadlineMs <= nowMs) waiter.late();
    this.#go();
  }

  /** Asks, if it is time to. */
  #go(): void {
    try {
      if (this.#waiters.length > 0 && !this.#poll) this.#askNow();
      this.#arm();
    } catch (error) {
      this.fail(error);
    }
  }

  #askNow(): void {
    const nowMs = now();
    if (this.#waitMs <= nowMs) {
      if (this.host.waits.open()) this.#openWait();
      // No place for another wait: poll at the cadence, and try again then.
      else this.#waitDueMs = this.#cadence.dueMs;
    }
    if (this.#pollMs <= nowMs) this.#sendPoll();
  }

  /**
   * Makes what is under way fit those who wait. What is due is left to the scheduler, always: a transport that answers at
   * once, and a backoff of nothing, must not keep a program from its other work.
   */
  #arm(): void {
    const { scheduler } = this.host;
    if (this.#waiters.length === 0) this.#stop();
    const nextMs = this.#poll ? Infinity : Math.min(this.#pollMs, this.#waitMs);
    const atMs = this.#waiters.reduce((ms, { deadlineMs }) => Math.min(ms, deadlineMs), nextMs);
    // A request that is open has its own deadline.
    const idle = this.#waiters.length === 0 || (atMs === Infinity && (this.#poll ?? this.#wait));
    if (idle) scheduler.forget(this);
    else scheduler.sleep(this, atMs);
  }

  /** When to open a server-side wait. */
  get #waitMs(): number {
    return this.#wait || !this.#waits ? Infinity : this.#waitDueMs;
  }

  /** When to poll. */
  get #pollMs(): number {
    const idle = this.#wait && !this.#waiters.some(({ listens }) => listens);
    return idle ? Infinity : this.#cadence.nextMs(this.#waiters);
  }

  #stop(): void {
    this.host.active.delete(this);
    this.#poll?.abort();
    this.#poll = undefined;
    if (!this.#wait) return;
    this.#wait.abort();
    this.#closeWait();
    this.#cadence.putOff(this.#waitDueMs);
  }

  /** Whether a server-side wait may be opened at all. */
  get #waits(): boolean {
    const { wait } = this.settings;
    if (wait !== 'auto') return wait === 'always';
    return !this.#waitInDoubt && this.host.waits.works && this.host.transport.waitOperation !== undefined;
  }

  /** The milliseconds until the last waiter gives up. */
  leftMs(): number {
    const lastMs = this.#waiters.reduce((ms, { deadlineMs }) => Math.max(ms, deadlineMs), -Infinity);
    return lastMs === Infinity ? Infinity : lastMs - now();
  }

  /** The milliseconds until the last attempt that can reach the last waiter. */
  lastChanceMs(): number {
    return this.leftMs() - this.#cadence.leadMs;
  }

  #sendPoll(): void {
    const question = (this.#poll = new Question(this));
    this.#cadence.sent(question.dueMs);
    question.start();
  }

  #openWait(): void {
    // Stands if the wait is given up: short waits, one after another, must not become a cadence.
    this.#waitDueMs = now() + 1000;
    this.#wait = new Question(this, Math.max(1, Math.min(this.host.waits.windowMs, this.leftMs())));
    this.#wait.start();
  }

  answered(question: Question, raw: RawOperation): void {
    const { waits } = this.host;
    const { sentMs, windowMs } = question;
    const nowMs = now();
    const tookMs = nowMs - sentMs;
    const done = isDone(raw);
    const isWait = windowMs !== undefined;
    const kept = isWait && (done || waits.ended(tookMs, windowMs));
    if (isWait) {
      this.#closeWait();
      this.#waitDueMs = kept ? nowMs : this.#cadence.provisionalMs(sentMs);
    } else {
      this.#poll = undefined;
      this.#cadence.answered(nowMs, tookMs);
      // The operation can be asked about, and yet not waited for: it was the wait.
      if (this.#waitInDoubt) waits.giveUp();
      this.#waitInDoubt = false;
    }
    if (this.settings.onEvent) {
      this.emit({ type: isWait ? 'wait' : 'poll', done, tookMs, ageMs: this.#cadence.ageMs(nowMs) });
    }
    this.accept(raw, sentMs, nowMs);
    if (kept) this.#go();
  }

  failed(question: Question, error: unknown): void {
    const { waits } = this.host;
    const nowMs = now();
    const unseen = this.#notVisibleYet(error);
    if (question === this.#poll) {
      this.#poll = undefined;
      // Who was about to give up left the poll little time, and that is no failure for those who stay.
      const late = question.clipped && isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
      if (!late && !unseen) throw error;
      this.#cadence.answered(nowMs);
      return this.#arm();
    }
    this.#closeWait();
    const verdict = unseen ? 'later' : waits.failed(error, nowMs - question.dueMs);
    if (this.settings.wait === 'always' && !unseen && verdict !== 'again') throw error;
    this.#waitInDoubt = verdict === 'doubt';
    this.#waitDueMs = verdict === 'again' ? nowMs : this.#cadence.provisionalMs(nowMs);
    this.emit({ type: 'wait-failed', error, remembered: !waits.works });
    if (unseen) this.#cadence.putOff(this.#waitDueMs);
    if (isRequestError(error)) this.#heed(error.retryAfterMs, nowMs);
    if (verdict === 'again') this.#go();
    else this.#arm();
  }

  #closeWait(): void {
    if (this.#wait) this.host.waits.close();
    this.#wait = undefined;
  }

  /** Some services show an operation only a while after they have handed it out. */
  #notVisibleYet(error: unknown): boolean {
    if (this.polls > 0 || !isRequestError(error, Code.NOT_FOUND)) return false;
    return this.#cadence.seenForMs(now()) < this.settings.notFoundGraceMs;
  }

  emit(event: PollingEventBody): void {
    tell(this.settings.onEvent, this.name, event);
  }
}

const nobody: readonly never[] = [];
