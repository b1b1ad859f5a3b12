import type { OperationInfo } from '../any.js';
import { isLROError, transportError } from '../errors.js';
import { sameState, toOperation, type Operation } from '../operation.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { makeToken, type ResumeToken } from '../resume-token.js';
import { now } from '../rpc/clock.js';
import type { Sleeper } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { RawOperation } from '../transport.js';
import type { Engine } from './engine.js';
import { engineAtHand, loadEngine } from './engine-at-hand.js';
import type { LoopHost, LoopStart } from './host.js';
import { checkPushed } from './pushed.js';
import type { Ending, Waiter } from './waiter.js';

/**
 * What is known of one operation, and who waits for it: any number of them, with one timer. As long as there is somebody
 * its {@link Engine} asks; without, it holds no timer, no listener and no request.
 *
 * A program may have as many as it has operations, so it is lean: while it sleeps it holds no closure and no signal.
 */
export class PollLoop<R, M> implements Sleeper {
  readonly host: LoopHost;
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** How the operation ended: the operation itself, or why its response cannot be read. */
  ending: Ending<R, M> | undefined;
  /** How many answers there have been. */
  polls = 0;
  /** Those who wait. Never changed in place, so that those who leave while it is gone through do no harm. */
  waiters: readonly Waiter<R, M>[] = nobody;
  #engine: Engine | undefined;
  /** Whether the cadence is to begin anew once there is one. */
  #hurried = false;
  wakeMs = 0;
  place = -1;

  /** @throws what the backoff throws, and TypeError or RangeError if it gives no delay; a page hears of it when it waits. */
  constructor(host: LoopHost, { name, info, settings, startedAtMs }: LoopStart<R, M>) {
    this.host = host;
    this.name = name;
    this.info = info;
    this.settings = settings;
    this.startedAtMs = startedAtMs;
    const Class = engineAtHand();
    if (Class) this.#engine = new Class(this);
  }

  /** What it takes to go on elsewhere. */
  get token(): ResumeToken {
    const { apiEndpoint } = this.host.transport;
    return makeToken(this.name, this.startedAtMs, { info: this.info, apiEndpoint });
  }

  /** Whether somebody waits. */
  get isActive(): boolean {
    return this.waiters.length > 0;
  }

  /** When the first of those who wait gives up. */
  get deadlineMs(): number {
    return this.waiters.reduce((ms, { deadlineMs }) => Math.min(ms, deadlineMs), Infinity);
  }

  /** Adds one who waits: it is told the state as it is known, or the end. */
  add(waiter: Waiter<R, M>): void {
    if (this.ending) return waiter.end(this.ending);
    this.waiters = this.waiters.concat(waiter);
    if (this.operation) waiter.change(this.operation);
    this.go();
  }

  /** Removes one who waits. The last to leave stops everything. */
  remove(waiter: Waiter<R, M>): void {
    if (!this.waiters.includes(waiter)) return;
    this.waiters = this.waiters.filter((one) => one !== waiter);
    this.arm();
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
    this.#engine?.cadence.answered(nowMs);
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
    this.#engine?.see(operation, sentMs, nowMs);
    if (!sameState(previous?.raw, raw)) for (const waiter of this.waiters) waiter.change(operation);
    this.arm();
  }

  /**
   * Takes in a state that was pushed.
   *
   * @throws what {@link checkPushed} and {@link PollLoop.see} throw.
   */
  update(raw: RawOperation): void {
    checkPushed(raw, this, this.#engine?.cadence);
    this.see(raw);
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  /** Begins the cadence anew, because something happened that may end the operation soon. */
  hurry(): void {
    if (this.ending) return;
    if (this.#engine) this.#engine.cadence.hurry(now());
    else this.#hurried = true;
    this.arm();
  }

  #end(ending: Ending<R, M>): void {
    this.ending = ending;
    this.#settle(ending);
  }

  #settle(ending: Ending<R, M>): void {
    const { waiters } = this;
    this.waiters = nobody;
    this.arm();
    for (const waiter of waiters) waiter.end(ending);
  }

  wake(): void {
    const nowMs = now();
    for (const waiter of this.waiters) if (waiter.deadlineMs <= nowMs) waiter.late();
    this.go(nowMs);
  }

  /** Asks, if it is time to. */
  go(nowMs = now()): void {
    try {
      if (this.isActive) {
        if (this.#engine) this.#engine.ask(nowMs);
        else void this.#begin();
      }
      this.arm();
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Makes what is under way fit those who wait. What is due is left to the scheduler, always: a transport that answers at
   * once, and a backoff of nothing, must not keep a program from its other work.
   */
  arm(): void {
    const { scheduler } = this.host;
    if (this.isActive) {
      // Also where a request is open and nothing is due: all who wait are to be found there.
      scheduler.sleep(this, Math.min(this.#engine?.nextMs ?? Infinity, this.deadlineMs));
    } else {
      scheduler.forget(this);
      this.#engine?.stop();
    }
  }

  async #begin(): Promise<void> {
    try {
      const Class = await loadEngine().catch((error: unknown) => {
        throw transportError('GetOperation', this.name, Code.UNAVAILABLE, 'what asks could not be loaded', error);
      });
      this.#engine ??= new Class(this);
      if (this.#hurried) this.hurry();
      this.go();
    } catch (error) {
      this.fail(error);
    }
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
