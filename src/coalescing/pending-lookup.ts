import { addCallAbortListener } from '../rpc/call-options.js';
import type { CallPromise } from '../rpc/call-promise.js';
import type { Sent } from '../rpc/call-spec.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';
import { now } from '../rpc/timer-wheel.js';
import { Queued } from './queued.js';

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
 * is what its callers await, without a promise for each, and the item of the list that it waits in.
 */
export class PendingLookup extends Queued implements Sent<RawOperation> {
  readonly name: string;
  readonly size = 1;
  /** When it was requested; of one that has its response, when the request for that was sent. */
  sentMs: number;
  /** The longest request timeout of its callers. */
  timeoutMs = 0;
  /** Its GetOperation, once it is sent individually. */
  call: CallPromise<RawOperation> | undefined;
  isSettled = false;
  /** Whether a list lacked it. */
  isMissed = false;
  readonly #onAbandoned: OnAbandoned;
  #callers = 0;
  #first: Caller | undefined;
  #others: Caller[] | undefined;
  #outcome: Notify | undefined;

  /** @param onAbandoned - called when all callers have left. */
  constructor(name: string, sentMs: number, onAbandoned: OnAbandoned) {
    super();
    this.name = name;
    this.sentMs = sentMs;
    this.#onAbandoned = onAbandoned;
  }

  /** How long its GetOperation has taken, in milliseconds. */
  get tookMs(): number {
    return this.call ? now() - this.call.sentMs : 0;
  }

  override get requestMs(): number {
    return this.call ? this.call.sentMs : super.requestMs;
  }

  /** Whether no caller waits for it. */
  get isUnused(): boolean {
    return this.#callers === 0;
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

  /** @param sentMs - when the request was sent that got the response. */
  resolve(raw: RawOperation, sentMs: number): void {
    this.sentMs = sentMs;
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
