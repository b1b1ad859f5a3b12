import type { Schedule } from './schedule.js';
import type { WaitSupport } from './wait-support.js';

/**
 * How long the first wait of a client is relied on without a response, in milliseconds. Of operations whose ends are as likely
 * in each e-fold of the age, one poll at this time finds the end soonest if the wait then runs into its deadline, at 70 s.
 */
const checkDelayMs = 20_000;

/** The delay until the next wait after one that failed, where the backoff never polls, in milliseconds. */
const fallbackDelayMs = 60_000;

/** The rules of the server-side waits (WaitOperation) of one operation, one at a time. It sends nothing itself. */
export class LongPoll {
  /** When to send the next wait. */
  dueMs = 0;
  /** When to poll beside the open wait, once, since it may never have a response; `Infinity`: not at all. */
  checkDueMs = Infinity;
  readonly #support: WaitSupport;
  readonly #isRequired: boolean;
  #isOpen = false;
  /** The timeout in the request, in milliseconds. */
  #timeoutMs = 0;
  /** The last wait failed in a way that leaves open whether WaitOperation or the operation is at fault. */
  #isSuspect = false;
  #consecutiveTimeouts = 0;
  /** Whether the server responded to the last wait without holding it: the next is as good as a poll. */
  isEarly = false;

  /** @param isRequired - whether a failed wait must not be replaced by polling. */
  constructor(support: WaitSupport, isRequired: boolean) {
    this.#support = support;
    this.#isRequired = isRequired;
  }

  /**
   * Whether a wait is open that can be relied on to report the end. After two waits in a row without a response, the next
   * must respond first: waits that are all cut off must not hide an end that a poll would find.
   */
  get isTrusted(): boolean {
    return this.#isOpen && this.#consecutiveTimeouts < 2;
  }

  /** When to send the next wait; `Infinity` while one is open, or since waits have been found useless. */
  get nextDueMs(): number {
    const isUsable = this.#isRequired || (this.#support.isSupported && !this.#isSuspect);
    return isUsable && !this.#isOpen ? this.dueMs : Infinity;
  }

  /**
   * Opens a wait, if the client has a free slot.
   *
   * @param remainingMs - how long the last waiter will wait.
   * @param pollDueMs - when the next poll is due. Without a free slot the wait is tried again then.
   * @returns the timeout for the request, in milliseconds; 0: there is no slot.
   */
  start(nowMs: number, remainingMs: number, pollDueMs: number): number {
    // Remains if the wait is cancelled: repeated short waits must not increase the rate.
    this.dueMs = nowMs + 1000;
    this.#isOpen = this.#support.acquire();
    const isUnproven = this.#isOpen && !this.#isRequired && !this.#support.hasResponded;
    this.checkDueMs = isUnproven ? nowMs + checkDelayMs : Infinity;
    if (this.#isOpen) return (this.#timeoutMs = Math.max(1, Math.min(this.#support.timeoutMs, remainingMs)));
    if (pollDueMs < Infinity) this.dueMs = pollDueMs;
    return 0;
  }

  /** @returns whether the server held the request long enough for the next wait to be sent at once. */
  onResponse(isDone: boolean, sentMs: number, nowMs: number, schedule: Schedule): boolean {
    const support = this.#support;
    const tookMs = nowMs - sentMs;
    const heldLongEnough = isDone || support.recordResponse(tookMs, this.#timeoutMs);
    if (tookMs >= this.#timeoutMs) support.recordFullWait(this.#timeoutMs);
    this.#consecutiveTimeouts = 0;
    support.hasResponded = true;
    this.#close();
    this.isEarly = !heldLongEnough;
    this.dueMs = heldLongEnough ? nowMs : nextWaitMs(schedule, sentMs, nowMs);
    return heldLongEnough;
  }

  /**
   * @param error - undefined: the operation is not visible yet.
   * @returns whether to go on: wait again now, or poll and wait again when the next poll is due.
   */
  onFailure(error: unknown, sentMs: number, nowMs: number, schedule: Schedule): boolean {
    this.#close();
    const failure = error === undefined ? 'retry-later' : this.#support.classifyFailure(error, nowMs - sentMs);
    if (this.#isRequired && error !== undefined && failure !== 'retry-now') return false;
    this.#isSuspect = failure === 'ambiguous';
    if (failure === 'retry-now') this.#consecutiveTimeouts++;
    // At least a millisecond later: a service that fails at once must not starve the event loop.
    this.dueMs = failure === 'retry-now' ? nowMs : Math.max(nextWaitMs(schedule, nowMs, nowMs), nowMs + 1);
    return true;
  }

  /**
   * The open wait was cancelled, if there was one.
   *
   * @param sentMs - when it was sent; −1: it was still queued.
   * @returns whether there was one.
   */
  cancelled(sentMs: number, nowMs: number): boolean {
    if (!this.#isOpen) return false;
    if (sentMs >= 0 && nowMs - sentMs >= this.#timeoutMs) this.#consecutiveTimeouts++;
    this.#close();
    return true;
  }

  /** Whether the open wait still has a connection is not known: it is trusted again once it responds. */
  distrust(): void {
    this.#consecutiveTimeouts = 2;
  }

  /** A poll succeeded, so that an ambiguous failure of a wait was WaitOperation's fault. */
  onPollResponse(): void {
    if (this.#isSuspect) this.#support.isSupported = false;
  }

  #close(): void {
    this.#isOpen = false;
    this.#support.release();
  }
}

/** When the next wait is due after one from `fromMs`; with an infinite backoff, after a fixed delay. */
function nextWaitMs(schedule: Schedule, fromMs: number, nowMs: number): number {
  const nextMs = schedule.nextAfterMs(fromMs);
  return nextMs < Infinity ? nextMs : nowMs + fallbackDelayMs;
}
