import { AsyncQueue } from '../async-queue.js';
import type { Operation } from '../operation.js';
import type { PollLoop } from './poll-loop.js';
import { validateWaitOptions, Wait, type WaitOptions } from './wait.js';

/**
 * The states of an operation as an async iterator: the known state, each change once, the completed state last.
 *
 * It buffers the newest state only: a slow consumer misses intermediate states, never the completed one. The end of the
 * wait, such as an abort, replaces a buffered state.
 */
export class Updates<R, M> implements AsyncIterator<Operation<R, M>, undefined> {
  readonly #queue = new AsyncQueue<Operation<R, M>>({ conflate: true });
  readonly #loop: PollLoop<R, M>;
  readonly #options: WaitOptions<R, M>;
  #wait: Wait<R, M> | undefined;

  constructor(loop: PollLoop<R, M>, options: WaitOptions<R, M>) {
    this.#loop = loop;
    this.#options = options;
  }

  async next(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    if (!this.#wait && !this.#queue.closed) this.#start();
    return this.#queue.next();
  }

  return(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    this.#wait?.dispose();
    return this.#queue.return();
  }

  /** @throws TypeError or RangeError if an option is invalid. */
  #start(): void {
    validateWaitOptions(this.#options);
    const queue = this.#queue;
    const complete = (operation: Operation<R, M>): void => {
      queue.push(operation);
      queue.close();
    };
    const wait = new Wait(
      this.#loop,
      this.#options,
      (operation) => operation,
      complete,
      (error) => queue.fail(error),
      (operation) => queue.push(operation),
    );
    wait.start();
    // Not before: a signal may throw when the wait listens to it.
    this.#wait = wait;
    // A listener may have called return() by now.
    if (queue.closed) wait.dispose();
  }
}
