import type { Operation } from '../operation.js';
import type { WaitOutcome } from './waiter.js';
import type { PollLoop } from './poll-loop.js';
import { Wait, type WaitOptions } from './wait.js';

type Buffered<R, M> = WaitOutcome<R, M> | { readonly operation: Operation<R, M> } | undefined;

/**
 * The states of an operation as an async iterator: the one that is known, each change once, the completed one last.
 *
 * It holds the newest state only: a consumer slower than the polls misses what was overtaken, never the end. (A class
 * and not a generator, because a generator's `return()` waits for a `next()` that is under way.)
 */
export class Updates<R, M> implements AsyncIterator<Operation<R, M>, undefined> {
  readonly #wait: Wait<R, M>;
  #started = false;
  #closed = false;
  /** What the consumer has not taken yet. */
  #buffer: Buffered<R, M>;
  #waiting: (() => void)[] = [];

  constructor(loop: PollLoop<R, M>, options: WaitOptions<R, M>) {
    this.#wait = new Wait(
      loop,
      options,
      // Who stops waiting hears of it at once, in place of a state that is still held.
      (operation) => operation,
      (operation) => this.#push({ operation }, true),
      (error) => this.#push({ error }, true),
      (operation) => this.#push({ operation }),
    );
  }

  async next(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    if (!this.#started && !this.#closed) {
      this.#wait.start();
      this.#started = true;
    }
    while (!this.#buffer && !this.#closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const held = this.#buffer;
    this.#buffer = undefined;
    if (!held) return { done: true, value: undefined };
    if (held.operation) return { done: false, value: held.operation };
    throw held.error;
  }

  return(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    this.#wait.dispose();
    this.#push(undefined, true);
    return Promise.resolve({ done: true, value: undefined });
  }

  #push(held: Buffered<R, M>, over = false): void {
    this.#buffer = held;
    this.#closed = over;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
