import type { WaitOptions } from '../waiting/wait.js';
import { Deadline } from './deadline.js';
import { LinkedAbortController } from './linked-abort-controller.js';
import { untilAborted } from './until-aborted.js';

/** The caller's signal and time limit, for the steps before and after the wait. */
export class TimeLimit {
  readonly #controller: LinkedAbortController;
  readonly #deadline: Deadline;
  readonly #expired: DOMException;

  /** Begins now. */
  constructor({ signal, totalTimeoutMs }: Pick<WaitOptions, 'signal' | 'totalTimeoutMs'>) {
    this.#controller = new LinkedAbortController(signal);
    this.#deadline = new Deadline(totalTimeoutMs, () => this.#controller.abort(this.#expired));
    const message = `The operation was not started within ${this.#deadline.limitMs} ms`;
    this.#expired = new DOMException(message, 'TimeoutError');
    this.#deadline.schedule();
  }

  /** The time that is left, in milliseconds. */
  get remainingMs(): number {
    return this.#deadline.remainingMs;
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
    this.#deadline.dispose();
    this.#controller.dispose();
  }
}
