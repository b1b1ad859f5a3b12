import { AsyncQueue } from '../async-queue.js';
import type { Operation } from '../operation.js';
import type { PollLoop } from './poll-loop.js';
import { Wait, type WaitOptions } from './wait.js';

/**
 * The states of an operation as an async iterator: the known state, each change once, the completed state last.
 *
 * It buffers the newest state only: a slow consumer misses intermediate states, never the completed one. The end of the
 * wait, such as an abort, replaces a buffered state.
 */
export class Updates<R, M> implements AsyncIterator<Operation<R, M>, undefined> {
  readonly #queue = new AsyncQueue<Operation<R, M>>({ conflate: true });
  readonly #wait: Wait<R, M>;
  #started = false;

  constructor(loop: PollLoop<R, M>, options: WaitOptions<R, M>) {
    const queue = this.#queue;
    const complete = (operation: Operation<R, M>): void => {
      queue.push(operation);
      queue.close();
    };
    this.#wait = new Wait(
      loop,
      options,
      (operation) => operation,
      complete,
      (error) => queue.fail(error),
      (operation) => queue.push(operation),
    );
  }

  async next(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    if (!this.#started && !this.#queue.closed) {
      this.#wait.start();
      this.#started = true;
    }
    return this.#queue.next();
  }

  return(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    this.#wait.dispose();
    return this.#queue.return();
  }
}
