import { now } from '../rpc/timer-wheel.js';
import type { WaitOptions } from '../waiting/wait.js';
import { LinkedAbortController } from './linked-abort-controller.js';
import { untilAborted } from './until-aborted.js';

/** The longest delay of setTimeout(), in milliseconds. */
const maxDelayMs = 2 ** 31 - 1;

/** The caller's signal and time limit, for the steps before and after the wait. */
export class TimeLimit {
  readonly #controller: LinkedAbortController;
  readonly #deadlineMs: number;
  readonly #expired: DOMException;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins now. */
  constructor({ signal, totalTimeoutMs = Infinity }: Pick<WaitOptions, 'signal' | 'totalTimeoutMs'>) {
    this.#controller = new LinkedAbortController(signal);
    this.#deadlineMs = now() + totalTimeoutMs;
    const limitMs = Math.max(0, totalTimeoutMs);
    this.#expired = new DOMException(`The operation was not started within ${limitMs} ms`, 'TimeoutError');
    this.#schedule();
  }

  /** The time that is left, in milliseconds; undefined if there is no limit. */
  get remainingMs(): number | undefined {
    return this.#deadlineMs === Infinity ? undefined : Math.max(0, this.#deadlineMs - now());
  }

  /**
   * Runs a step, and rejects without awaiting it once the signal is aborted or the time is over. It does not begin after
   * that.
   *
   * @throws the signal's reason, or a `TimeoutError` DOMException.
   */
  run<T>(step: (signal: AbortSignal) => T | PromiseLike<T>): Promise<T> {
    return untilAborted(this.#controller.signal, step);
  }

  /** The same, but the end of the time only ends the step. */
  async runBriefly(step: () => unknown): Promise<void> {
    try {
      await this.run(step);
    } catch (error) {
      if (error !== this.#expired) throw error;
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#controller.dispose();
  }

  #schedule(): void {
    const { remainingMs } = this;
    if (remainingMs === undefined) return;
    if (remainingMs <= 0) this.#controller.abort(this.#expired);
    else this.#timer = setTimeout(() => this.#schedule(), Math.min(remainingMs, maxDelayMs));
  }
}
