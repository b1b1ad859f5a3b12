import { addCallAbortListener } from '../rpc/call-options.js';
import type { CallPromise } from '../rpc/call-promise.js';
import type { Sent } from '../rpc/call-spec.js';
import type { Linked, LinkedList } from '../rpc/linked-list.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';

/** Why the request of a lookup is cancelled. */
export const abandonedMessage = 'all callers of the lookup have aborted';

/** Calls a caller with the outcome. */
type Notify = (caller: Caller) => void;

/** What a caller of a lookup is called with. */
interface Caller {
  readonly onResponse: (raw: RawOperation) => unknown;
  readonly onError: (error: unknown) => unknown;
}

/**
 * A lookup of one operation, shared by its callers. All lookups of a client may be pending at once, so that it is lean: it
 * is what its callers await, without a promise for each, and the item of the list that it waits in.
 */
export class PendingLookup implements Sent<RawOperation>, Linked<PendingLookup> {
  readonly name: string;
  /** When it was requested, in milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  /** The longest request timeout of its callers. */
  timeoutMs = 0;
  /** Its GetOperation, once it is sent individually. */
  call: CallPromise<RawOperation> | undefined;
  isSettled = false;
  /** What it waits in: the queue, or a list under way. */
  list: LinkedList<PendingLookup> | undefined;
  previous: PendingLookup | undefined;
  next: PendingLookup | undefined;
  #callers = 0;
  #first: Caller | undefined;
  #others: Caller[] | undefined;
  #outcome: Notify | undefined;

  constructor(name: string, sinceMs: number) {
    this.name = name;
    this.sinceMs = sinceMs;
  }

  /**
   * Adds a caller, who ignores the outcome once its signal is aborted.
   *
   * @param timeoutMs - how long the caller lets one request take.
   * @param onAbandoned - called when all callers have aborted.
   */
  addCaller(
    signal: AbortSignalLike | undefined,
    timeoutMs: number,
    onAbandoned: (lookup: PendingLookup) => void,
  ): Sent<RawOperation> {
    this.#callers++;
    this.timeoutMs = Math.max(this.timeoutMs, timeoutMs);
    // Never removed: the signal is that of a single attempt, and is dropped when the attempt ends.
    addCallAbortListener(signal, () => {
      if (--this.#callers === 0) onAbandoned(this);
    });
    return this;
  }

  /** Puts it into a list instead of the one that it waits in. */
  moveTo(list: LinkedList<PendingLookup> | undefined): void {
    this.list?.delete(this);
    this.list = list;
    list?.add(this);
  }

  resolve(raw: RawOperation): void {
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

  #settle(outcome: Notify): void {
    const [first, others = []] = [this.#first, this.#others];
    this.#outcome = outcome;
    this.#first = this.#others = undefined;
    if (first) outcome(first);
    for (const caller of others) outcome(caller);
  }
}
