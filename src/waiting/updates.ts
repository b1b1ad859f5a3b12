import type { Operation } from '../operation.js';
import { attend, type Waitable, type WaitOptions } from './wait.js';

/**
 * The states of an operation as an async iterator: the one that is known, each change once, the completed one last.
 *
 * It holds the newest state only: a consumer slower than the polls misses what was overtaken, never the end. (A class
 * and not a generator, because a generator's `return()` waits for a `next()` that is under way.)
 */
export class Updates<R, M> implements AsyncIterator<Operation<R, M>, undefined> {
  readonly #waitable: Waitable<R, M>;
  readonly #options: WaitOptions<R, M>;
  #leave: (() => void) | undefined;
  #latest: Operation<R, M> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #over = false;
  #wake: (() => void)[] = [];

  constructor(waitable: Waitable<R, M>, options: WaitOptions<R, M>) {
    this.#waitable = waitable;
    this.#options = options;
  }

  async next(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    if (!this.#over) this.#leave ??= this.#join();
    for (;;) {
      const failure = this.#failure;
      const value = this.#latest;
      this.#failure = this.#latest = undefined;
      if (failure) throw failure.error;
      if (value) return { done: false, value };
      if (this.#over) return { done: true, value: undefined };
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  return(): Promise<IteratorResult<Operation<R, M>, undefined>> {
    this.#leave?.();
    this.#latest = undefined;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #join(): () => void {
    return attend(this.#waitable, this.#options, {
      changed: (operation) => {
        this.#latest = operation;
        this.#wakeAll();
      },
      ended: ({ operation, error }) => {
        // Who stops waiting hears of it at once, before any state that is still held.
        this.#latest = operation;
        if (!operation) this.#failure = { error };
        this.#end();
      },
    });
  }

  #end(): void {
    this.#over = true;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
