import { addCallAbortListener } from '../rpc/call-options.js';
import type { CallPromise } from '../rpc/call-promise.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';

/** Why the request of a lookup is cancelled. */
export const abandonedMessage = 'all callers of the lookup have aborted';

/** A lookup of one operation, shared by its callers. There may be as many as there are operations, so it is lean. */
export class PendingLookup {
  readonly name: string;
  /** When it was requested, in milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  /** The longest request timeout of its callers. */
  timeoutMs = 0;
  /** Its GetOperation, once it is sent individually. */
  call: CallPromise<RawOperation> | undefined;
  isSettled = false;
  resolve!: (raw: RawOperation) => void;
  reject!: (error: unknown) => void;
  readonly #promise: Promise<RawOperation>;
  #callers = 0;

  constructor(name: string, sinceMs: number) {
    this.name = name;
    this.sinceMs = sinceMs;
    this.#promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
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
  ): Promise<RawOperation> {
    this.#callers++;
    this.timeoutMs = Math.max(this.timeoutMs, timeoutMs);
    // Never removed: the signal is that of a single attempt, and is dropped when the attempt ends.
    addCallAbortListener(signal, () => {
      if (--this.#callers === 0) onAbandoned(this);
    });
    return this.#promise;
  }
}
