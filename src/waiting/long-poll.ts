import type { WaitSupport } from './wait-support.js';

/** What to do after a wait that failed: `fall-back`: poll, and wait again when the next poll is due. */
export type AfterFailure = 'retry-now' | 'fall-back' | 'give-up';

/** The rules of the server-side waits (WaitOperation) of one operation, one at a time. It sends nothing itself. */
export class LongPoll {
  /** When to send the next. */
  dueMs = 0;
  readonly #support: WaitSupport;
  readonly #required: boolean;
  #isOpen = false;
  /** How long the server is asked to wait. */
  #timeoutMs = 0;
  /** One failed in a way that leaves open whether the wait or the operation is at fault. */
  #suspect = false;
  /** How many of the last ones had no answer. */
  #unanswered = 0;

  /** @param required - whether polling is no substitute. */
  constructor(support: WaitSupport, required: boolean) {
    this.#support = support;
    this.#required = required;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /**
   * Whether the server is waiting, and can be trusted to tell the end. After two waits without an answer it has to give
   * one first: waits that are all cut off must not hide an end that a poll would find.
   */
  get isTrusted(): boolean {
    return this.#isOpen && this.#unanswered < 2;
  }

  /** When to send the next; `Infinity`: not while one is open, or since waits are of no use. */
  get nextDueMs(): number {
    const usable = this.#required || (this.#support.isSupported && !this.#suspect);
    return usable && !this.#isOpen ? this.dueMs : Infinity;
  }

  deferUntil(untilMs: number): void {
    this.dueMs = Math.max(this.dueMs, untilMs);
  }

  /**
   * Opens one, if the client may have another.
   *
   * @param remainingMs - how long the last waiter will wait.
   * @param pollDueMs - when the next poll is due: if there is no slot, when to try again.
   * @returns whether to send it.
   */
  start(nowMs: number, remainingMs: number, pollDueMs: number): boolean {
    // Stands also if the wait is cancelled: short waits, one after another, must not increase the rate.
    this.dueMs = nowMs + 1000;
    this.#isOpen = this.#support.acquire();
    if (this.#isOpen) this.#timeoutMs = Math.max(1, Math.min(this.#support.timeoutMs, remainingMs));
    else if (pollDueMs < Infinity) this.dueMs = pollDueMs;
    return this.#isOpen;
  }

  /** @returns whether the server held it long enough for the next to be sent at once. */
  answered(done: boolean, tookMs: number): boolean {
    const support = this.#support;
    const heldLongEnough = done || support.recordAnswer(tookMs, this.#timeoutMs);
    if (tookMs >= this.#timeoutMs) support.recordFullWait(this.#timeoutMs);
    this.#unanswered = 0;
    this.#close();
    return heldLongEnough;
  }

  /** @param error - undefined: it failed only because the operation is not visible yet. */
  failed(error: unknown, tookMs: number): AfterFailure {
    this.#close();
    const failure = error === undefined ? 'retry-later' : this.#support.classifyFailure(error, tookMs);
    if (this.#required && error !== undefined && failure !== 'retry-now') return 'give-up';
    this.#suspect = failure === 'ambiguous';
    if (failure !== 'retry-now') return 'fall-back';
    this.#unanswered++;
    return failure;
  }

  /** @param sentMs - −1: it was still queued. */
  cancelled(sentMs: number, nowMs: number): void {
    if (sentMs >= 0 && nowMs - sentMs >= this.#timeoutMs) this.#unanswered++;
    this.#close();
  }

  /** A poll was answered, so a failure that was ambiguous was the wait's. */
  pollAnswered(): void {
    if (this.#suspect) this.#support.disable();
  }

  #close(): void {
    this.#isOpen = false;
    this.#support.release();
  }
}
