import type { RawOperation } from '../transport.js';
import type { ActiveLoop, Poll } from '../waiting/client-context.js';
import { Queued } from './queued.js';

/** Up to this many loops that have left stay in the array of a poll. */
const maxLeft = 32;

/**
 * The poll of all loops of a collection that came due in the same millisecond. Each of them gets its
 * state from a list, or sends a request of its own instead. All loops of a client may poll at once, so that each of them
 * takes no more than a place in an array.
 */
export class SharedPoll extends Queued implements Poll {
  /** The least time that one of its loops lets a request take, in milliseconds. */
  timeoutMs = Infinity;
  /** How many loops wait for it. */
  size = 0;
  readonly #sentMs: number;
  readonly #onAbandoned: (poll: SharedPoll) => void;
  /** Those that wait for it, and some that have left. */
  #loops: ActiveLoop[] = [];

  /** @param onAbandoned - called when the last loop has aborted it. */
  constructor(sentMs: number, onAbandoned: (poll: SharedPoll) => void) {
    super();
    this.#sentMs = sentMs;
    this.#onAbandoned = onAbandoned;
  }

  get sentMs(): number {
    return this.#sentMs;
  }

  /** Stays what it is for the other loops: only a request of one loop awaits a retry. */
  set sentMs(_ms: number) {}

  /** The loops that wait for it. */
  get loops(): ActiveLoop[] {
    return this.#loops.filter((loop) => loop.poll === this);
  }

  join(loop: ActiveLoop, timeoutMs: number): void {
    this.size++;
    this.#loops.push(loop);
    if (timeoutMs < this.timeoutMs) this.timeoutMs = timeoutMs;
  }

  /** It is in the queue already. */
  start(): void {}

  /** One of the loops ends its poll. */
  abort(): undefined {
    this.#remove();
    if (this.size === 0) this.#onAbandoned(this);
  }

  /** Passes a state to one of the loops. */
  resolve(loop: ActiveLoop, raw: RawOperation, nowMs: number): void {
    this.#leave();
    try {
      loop.onResponse(raw, this, nowMs);
    } catch (error) {
      loop.fail(error);
    }
  }

  /** Lets one of the loops send a request of its own instead, which has its own deadline and retries. */
  replaceFor(loop: ActiveLoop): void {
    this.#leave();
    loop.sendPoll(this.#sentMs);
  }

  #leave(): void {
    this.#remove();
    if (this.size === 0) this.moveTo(undefined);
  }

  #remove(): void {
    this.size--;
    if (this.size === 0) this.#loops = [];
    else if (this.#loops.length > 2 * this.size + maxLeft) this.#loops = this.loops;
  }
}
