import type { OperationInfo } from '../any.js';
import { isLROError } from '../errors.js';
import { sameState, toOperation, type CompletedOperation, type Operation } from '../operation.js';
import type { PollingSettings } from '../polling/settings.js';
import { call } from '../rpc/call.js';
import { now, startTimer } from '../rpc/clock.js';
import { boundedHintMs } from '../rpc/retry.js';
import type { OperationsTransport, RawOperation } from '../transport.js';

/** One who waits for an operation. */
export interface Waiter<R, M> {
  /** When it stops waiting, on the monotonic clock; Infinity if it does not. */
  readonly deadlineMs: number;
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
 * request at a time. Without waiters it holds no timer, no listener and no request.
 */
export class PollLoop<R, M> {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  /** The last state seen. */
  operation: Operation<R, M> | undefined;
  /** How the operation ended: the operation itself, or why its response cannot be read. */
  ending: Ending<R, M> | undefined;
  /** How many answers there have been. */
  polls = 0;

  readonly #host: LoopHost;
  readonly #settings: PollingSettings;
  readonly #waiters = new Set<Waiter<R, M>>();
  readonly #phase = Math.random();
  readonly #bornMs: number;
  /** Since when the cadence counts the operation's age: its start, or the moment it was asked to cancel. */
  #cadenceFromMs: number;
  #delays = 0;
  /** When the next poll is due. It outlives the waiters: a new wait does not ask sooner. */
  #dueMs: number;
  #lastAnswerMs = -Infinity;
  #roundTripMs = 100;
  #timerMs = Infinity;
  #stopTimer: (() => void) | undefined;
  #request: AbortController | undefined;

  constructor(host: LoopHost, { name, info, settings, ageMs }: LoopStart<R, M>) {
    this.name = name;
    this.info = info;
    this.#host = host;
    this.#settings = settings;
    this.#dueMs = now();
    this.#bornMs = this.#cadenceFromMs = this.#dueMs - ageMs;
  }

  /** How long the operation has been running, in milliseconds. */
  get ageMs(): number {
    return now() - this.#bornMs;
  }

  /** Adds one who waits: it is told the state as it is known, or the end. */
  add(waiter: Waiter<R, M>): void {
    if (this.ending) return waiter.ended(this.ending);
    this.#waiters.add(waiter);
    this.#host.active.add(this);
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
   * @throws what {@link PollLoop.see} throws.
   */
  accept(raw: RawOperation): void {
    if (this.ending) return;
    this.polls++;
    this.#lastAnswerMs = now();
    this.see(raw);
  }

  /**
   * Takes in a state of the operation.
   *
   * @throws {@link MalformedOperationError} if it is none.
   * @throws RangeError if the backoff gives no delay.
   */
  see(raw: RawOperation): void {
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
    this.#dueMs = now() + Math.max(this.#delayMs(), boundedHintMs(raw.retryAfterMs));
    this.#delays++;
    if (!sameState(previous?.raw, raw)) this.#announce(operation);
    this.#arm();
  }

  /** Ends the present waits with an error. The operation goes on, and new waits may begin. */
  fail(error: unknown): void {
    this.#settle({ error });
  }

  /** Begins the cadence anew, because something happened that may end the operation soon. */
  hurry(): void {
    if (this.ending) return;
    this.#cadenceFromMs = now();
    this.#delays = 0;
    this.#dueMs = Math.min(this.#dueMs, now() + this.#delayMs());
    this.#arm();
  }

  #announce(operation: Operation<R, M>): void {
    for (const waiter of [...this.#waiters]) if (this.#waiters.has(waiter)) waiter.changed(operation);
  }

  #end(ending: Ending<R, M>): void {
    this.ending = ending;
    this.#settle(ending);
  }

  #settle(ending: Ending<R, M>): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    this.#arm();
    for (const waiter of waiters) waiter.ended(ending);
  }

  #delayMs(): number {
    const ageMs = Math.max(0, now() - this.#cadenceFromMs);
    const delayMs = this.#settings.backoff({ ageMs, delays: this.#delays, phase: this.#phase });
    if (delayMs >= 0) return delayMs;
    throw new RangeError(`Cannot poll as 'backoff' must return a non-negative number: current value is ${delayMs}`);
  }

  /** Makes what is under way fit those who wait. */
  #arm(): void {
    if (this.#waiters.size === 0) {
      this.#host.active.delete(this);
      this.#disarm();
      this.#request?.abort();
      this.#request = undefined;
      return;
    }
    if (this.#request) return;
    const atMs = this.#nextPollMs();
    if (this.#stopTimer && atMs === this.#timerMs) return;
    this.#disarm();
    const delayMs = atMs - now();
    if (delayMs <= 0) return this.#poll();
    this.#timerMs = atMs;
    this.#stopTimer = startTimer(delayMs, () => this.#poll());
  }

  #disarm(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** When the cadence has it, or else in time for the last answer that can reach a waiter before it gives up. */
  #nextPollMs(): number {
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
  #leftMs(): number {
    let lastMs = -Infinity;
    for (const { deadlineMs } of this.#waiters) lastMs = Math.max(lastMs, deadlineMs);
    return lastMs - now();
  }

  #poll(): void {
    this.#disarm();
    const startMs = now();
    try {
      // Stands if the request is given up or fails: whoever waits next asks no sooner.
      this.#dueMs = startMs + this.#delayMs();
    } catch (error) {
      return this.fail(error);
    }
    const request = new AbortController();
    this.#request = request;
    this.#ask(request.signal).then(
      (raw) => {
        if (this.#request !== request) return;
        this.#request = undefined;
        this.#roundTripMs = now() - startMs;
        try {
          this.accept(raw);
        } catch (error) {
          this.fail(error);
        }
      },
      (error: unknown) => {
        if (this.#request !== request) return;
        this.#request = undefined;
        this.fail(error);
      },
    );
  }

  #ask(signal: AbortSignal): Promise<RawOperation> {
    const { retry, rpcTimeoutMs, headers } = this.#settings;
    return call({
      method: 'GetOperation',
      name: this.name,
      send: (options) => this.#host.transport.getOperation({ name: this.name }, options),
      retry,
      signal,
      timeoutMs: () => Math.max(1, Math.min(rpcTimeoutMs, this.#leftMs())),
      headers,
      lastChanceMs: () => this.#leftMs() - this.#leadMs,
    });
  }
}
