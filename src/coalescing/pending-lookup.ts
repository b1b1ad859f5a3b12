import { addCallAbortListener } from '../rpc/call-options.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';

/** Where it stands: it waits for a list, one under way is for it, it is asked for by itself, or it is over, or not begun. */
export type LookupState = 'queued' | 'listed' | 'individual' | 'settled';

/** A name that is asked about, for all who ask. There may be as many as there are operations, so it is lean. */
export class PendingLookup {
  readonly name: string;
  /** Since when. */
  readonly sinceMs: number;
  /** How long one request may take, by who of them has the most time. */
  timeoutMs: number;
  state: LookupState = 'settled';
  /** Gives up the Get that is under way, if it has come to that. */
  cancel: ((reason: unknown) => void) | undefined;
  readonly promise: Promise<RawOperation>;
  resolve!: (raw: RawOperation) => void;
  reject!: (error: unknown) => void;
  #callers = 0;

  constructor(name: string, sinceMs: number, timeoutMs: number) {
    this.name = name;
    this.sinceMs = sinceMs;
    this.timeoutMs = timeoutMs;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /**
   * Adds one who asks, and who looks at no answer once it has given up.
   *
   * @param onAbandoned - hears that nobody asks any more.
   */
  addCaller(signal: AbortSignalLike | undefined, onAbandoned: (entry: PendingLookup) => void): Promise<RawOperation> {
    this.#callers++;
    // It stays on the signal of a request that was answered, which is not kept.
    addCallAbortListener(signal, () => {
      if (--this.#callers === 0 && this.state !== 'settled') onAbandoned(this);
    });
    return this.promise;
  }
}
