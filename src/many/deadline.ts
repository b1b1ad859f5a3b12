import { now, TimerWheel, type Bucket, type TimerTask } from '../rpc/timer-wheel.js';

/** The end of a time limit, which begins when it is constructed. */
export class Deadline implements TimerTask {
  /** The limit, in milliseconds: at least 0. */
  readonly limitMs: number;
  readonly onTimer: () => void;
  bucket: Bucket | undefined;
  timerIndex = 0;
  readonly #atMs: number;
  readonly #timers = new TimerWheel();

  /**
   * @param totalTimeoutMs - the limit, in milliseconds; `Infinity` by default.
   * @param onDeadline - called when the time is over, once the deadline was scheduled.
   */
  constructor(totalTimeoutMs = Infinity, onDeadline: () => void) {
    this.limitMs = Math.max(0, totalTimeoutMs);
    this.onTimer = onDeadline;
    this.#atMs = now() + this.limitMs;
  }

  /** The time that is left, in milliseconds. */
  get remainingMs(): number {
    return Math.max(0, this.#atMs - now());
  }

  /** Lets the time end: at once if it is over. */
  schedule(): void {
    if (this.remainingMs === 0) this.onTimer();
    else if (this.limitMs < Infinity) this.#timers.schedule(this, this.#atMs);
  }

  dispose(): void {
    this.#timers.cancel(this);
  }
}
