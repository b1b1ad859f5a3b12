import { addCallAbortListener } from '../rpc/call-options.js';
import type { CallPromise } from '../rpc/call-promise.js';
import type { Sent } from '../rpc/call-spec.js';
import type { Linked, LinkedList } from '../rpc/linked-list.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';
import { now } from '../rpc/timer-wheel.js';
import type { PollPlacement } from '../polling/events.js';
import type { ActiveLoop, Poll } from '../waiting/client-context.js';

/** Why the request of a lookup is cancelled. */
export const abandonedMessage = 'all callers of the lookup have aborted';

/** Calls a caller with the outcome. */
type Notify = (caller: Caller) => void;

/** What a caller of a lookup is called with. */
interface Caller {
  readonly onResponse: (raw: RawOperation) => unknown;
  readonly onError: (error: unknown) => unknown;
}

/** Called when all callers of a lookup have left. */
type OnAbandoned = (lookup: PendingLookup) => void;

/**
 * A lookup of one operation, shared by its callers. All lookups of a client may be pending at once, so that it is lean: it
 * is the poll of a loop that waits for a list, it is what other callers await, without a promise for each, and the item of
 * the list that it waits in.
 */
export class PendingLookup implements Sent<RawOperation>, Linked<PendingLookup>, Poll {
  readonly name: string;
  /** When it was requested, in milliseconds of the monotonic clock. */
  sentMs: number;
  /** The longest request timeout of its callers. */
  timeoutMs = 0;
  /** Its GetOperation, once it is sent individually. */
  call: CallPromise<RawOperation> | undefined;
  isSettled = false;
  /** What it waits in: the queue, or a list under way. */
  list: LinkedList<PendingLookup> | undefined;
  previous: PendingLookup | undefined;
  next: PendingLookup | undefined;
  /** What placed the poll of the loop. */
  placedBy: PollPlacement | undefined;
  readonly #onAbandoned: OnAbandoned;
  /** The loop whose poll it is. */
  #loop: ActiveLoop | undefined;
  #callers = 0;
  #first: Caller | undefined;
  #others: Caller[] | undefined;
  #outcome: Notify | undefined;

  /** @param onAbandoned - called when all callers have left. */
  constructor(name: string, sentMs: number, onAbandoned: OnAbandoned) {
    this.name = name;
    this.sentMs = sentMs;
    this.#onAbandoned = onAbandoned;
  }

  get spec(): this {
    return this;
  }

  /** How long its GetOperation has taken, in milliseconds. */
  get tookMs(): number {
    return this.call ? now() - this.call.sentMs : 0;
  }

  /** Whether no caller waits for it. */
  get isUnused(): boolean {
    return this.#callers === 0;
  }

  /** Makes it the poll of a loop. */
  setLoop(loop: ActiveLoop, placedBy: PollPlacement): void {
    this.#callers++;
    this.#loop = loop;
    this.placedBy = placedBy;
  }

  /** The loop sends a request of its own instead, which has its own deadline and retries. */
  replacePoll(): void {
    const loop = this.#loop;
    if (!loop) return;
    this.#loop = undefined;
    this.#callers--;
    loop.sendPoll(this.placedBy as PollPlacement, this.sentMs);
  }

  /** As the poll of the loop it is in the queue already. */
  start(): void {}

  /** Ends the poll of the loop. */
  abort(): void {
    if (!this.#loop) return;
    this.#loop = undefined;
    this.#leave();
  }

  /**
   * Adds a caller, who ignores the outcome once its signal is aborted.
   *
   * @param timeoutMs - how long the caller lets one request take.
   */
  addCaller(signal: AbortSignalLike | undefined, timeoutMs: number): this {
    this.#callers++;
    this.timeoutMs = Math.max(this.timeoutMs, timeoutMs);
    // Never removed: the signal is that of a single attempt, and is dropped when the attempt ends.
    addCallAbortListener(signal, () => this.#leave());
    return this;
  }

  /** Puts it into a list instead of the one that it waits in. */
  moveTo(list: LinkedList<PendingLookup> | undefined): void {
    this.list?.delete(this);
    this.list = list;
    list?.add(this);
  }

  resolve(raw: RawOperation, nowMs: number): void {
    const loop = this.#loop;
    this.#loop = undefined;
    if (loop) this.#notify(loop, raw, nowMs);
    this.#settle((caller) => caller.onResponse(raw));
  }

  reject(error: unknown): void {
    this.#settle((caller) => caller.onError(error));
  }

  then(onResponse: Caller['onResponse'], onError: Caller['onError']): void {
    const caller = { onResponse, onError };
    if (this.#outcome) this.#outcome(caller);
    else if (!this.#first) this.#first = caller;
    else (this.#others ??= []).push(caller);
  }

  #notify(loop: ActiveLoop, raw: RawOperation, nowMs: number): void {
    try {
      loop.onResponse(raw, this, nowMs);
    } catch (error) {
      loop.fail(error);
    }
  }

  #leave(): void {
    if (--this.#callers === 0) this.#onAbandoned(this);
  }

  #settle(outcome: Notify): void {
    const [first, others = []] = [this.#first, this.#others];
    this.#outcome = outcome;
    this.#first = this.#others = undefined;
    if (first) outcome(first);
    for (const caller of others) outcome(caller);
  }
}
