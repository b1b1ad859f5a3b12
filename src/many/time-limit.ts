import type { WaitOptions } from '../waiting/wait.js';
import { Deadline } from './deadline.js';
import { LinkedAbortController } from '../rpc/abort.js';
import { untilAborted } from './until-aborted.js';

/** The caller's signal and time limit, for the steps before and after the wait. */
export class TimeLimit {
  readonly #controller: LinkedAbortController;
  readonly #deadline: Deadline;
  readonly #expired: DOMException;

  /**
   * Begins now.
   *
   * @param problem - what did not happen in time, for the error.
   */
  constructor(
    { signal, totalTimeoutMs }: Pick<WaitOptions, 'signal' | 'totalTimeoutMs'>,
    problem = 'The operation was not started',
  ) {
    this.#controller = new LinkedAbortController(signal);
    this.#deadline = new Deadline(totalTimeoutMs, () => this.#controller.abort(this.#expired));
    const message = `${problem} within ${this.#deadline.limitMs} ms`;
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

  /** The same, but the end of the time only ends the step: its error is returned. */
  async runBriefly(step: () => unknown): Promise<DOMException | undefined> {
    try {
      await this.run(step);
      return undefined;
    } catch (error) {
      if (error !== this.#expired) throw error;
      return this.#expired;
    }
  }

  dispose(): void {
    this.#deadline.dispose();
    this.#controller.dispose();
  }
}
