import type { Operation } from '../operation.js';
import type { Outcome } from './waiter.js';
import type { PollLoop } from './poll-loop.js';
import { Wait, type WaitOptions } from './wait.js';

type Held<R, M> = Outcome<R, M> | { readonly operation: Operation<R, M> } | undefined;

/**
 * The states of an operation as an async iterator: the one that is known, each change once, the completed one last.
 *
 * It holds the newest state only: a consumer slower than the polls misses what was overtaken, never the end. (A class
 * and not a generator, because a generator's `return()` waits for a `next()` that is under way.)
 */
export class Updates<R, M> implements AsyncIterator<Operation<R, M>, undefined> {
  readonly #wait: Wait<R, M>;
  #joined = false;
  #over = false;
  /** What the consumer has not taken yet. */
  #held: Held<R, M>;
  #wake: (() => void)[] = [];

  constructor(loop: PollLoop<R, M>, options: WaitOptions<R, M>) {
    this.#wait = new Wait(
      loop,
      options,
      // Who stops waiting hears of it at once, in place of a state that is still held.
      (operation) => operation,
      (operation) => this.#hold({ operation }, true),
      (error) => this.#hold({ error }, true),
      (operation) => this.#hold({ operation }),
    );
  }

  async next(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    if (!this.#joined && !this.#over) {
      this.#wait.join();
      this.#joined = true;
    }
    while (!this.#held && !this.#over) await new Promise<void>((resolve) => this.#wake.push(resolve));
    const held = this.#held;
    this.#held = undefined;
    if (!held) return { done: true, value: undefined };
    if (held.operation) return { done: false, value: held.operation };
    throw held.error;
  }

  return(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    this.#wait.leave();
    this.#hold(undefined, true);
    return Promise.resolve({ done: true, value: undefined });
  }

  #hold(held: Held<R, M>, over = false): void {
    this.#held = held;
    this.#over = over;
    for (const wake of this.#wake.splice(0)) wake();
  }
}
