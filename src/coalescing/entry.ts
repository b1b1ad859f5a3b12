import { onGivenUp } from '../rpc/options.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';

/** Where it stands: it waits for a list, one under way is for it, it is asked for by itself, or it is over, or not begun. */
export type Stage = 'queued' | 'listed' | 'alone' | 'over';

/** A name that is asked about, for all who ask. There may be as many as there are operations, so it is lean. */
export class Entry {
  readonly name: string;
  /** Since when. */
  readonly sinceMs: number;
  /** How long one request may take, by who of them has the most time. */
  timeoutMs: number;
  stage: Stage = 'over';
  /** Gives up the Get that is under way, if it has come to that. */
  cancel: ((reason: unknown) => void) | undefined;
  readonly promise: Promise<RawOperation>;
  answer!: (raw: RawOperation) => void;
  fail!: (error: unknown) => void;
  #askers = 0;

  constructor(name: string, sinceMs: number, timeoutMs: number) {
    this.name = name;
    this.sinceMs = sinceMs;
    this.timeoutMs = timeoutMs;
    this.promise = new Promise((resolve, reject) => {
      this.answer = resolve;
      this.fail = reject;
    });
  }

  /**
   * Adds one who asks, and who looks at no answer once it has given up.
   *
   * @param onAbandoned - hears that nobody asks any more.
   */
  join(signal: AbortSignalLike | undefined, onAbandoned: (entry: Entry) => void): Promise<RawOperation> {
    this.#askers++;
    // It stays on the signal of a request that was answered, which is not kept.
    onGivenUp(signal, () => {
      if (--this.#askers === 0 && this.stage !== 'over') onAbandoned(this);
    });
    return this.promise;
  }
}
