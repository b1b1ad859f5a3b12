/** How a queue ends: with an error, which may be any value, or without one. */
export interface QueueEnd {
  readonly error?: unknown;
}

type Step<T> = IteratorResult<T, undefined>;

/**
 * A FIFO queue between producers and a consumer, as an async iterator. Concurrent calls of `next()` are served in order.
 *
 * A class and not an async generator: a generator's `return()` waits for a pending `next()`.
 */
export class AsyncQueue<T> implements AsyncIterator<T, undefined> {
  readonly #conflate: boolean;
  #items: T[] = [];
  /** Resolves the pending calls of `next()`. There are none while there are items. */
  #pending: ((step: Step<T> | Promise<Step<T>>) => void)[] = [];
  #end: QueueEnd | undefined;

  /** @param options - with `conflate` a new item replaces one that was not consumed yet. */
  constructor({ conflate = false }: { readonly conflate?: boolean } = {}) {
    this.#conflate = conflate;
  }

  /** The number of items that were not consumed yet. */
  get size(): number {
    return this.#items.length;
  }

  /** Whether the queue takes no more items. */
  get closed(): boolean {
    return this.#end !== undefined;
  }

  /** Adds an item. Ignored once the queue is closed. */
  push(item: T): void {
    if (this.#end) return;
    const resolve = this.#pending.shift();
    if (resolve) resolve({ done: false, value: item });
    else if (this.#conflate) this.#items = [item];
    else this.#items.push(item);
  }

  /** Closes the queue: the items can still be consumed, then the error if there is one. Ignored once it is closed. */
  close(end: QueueEnd = {}): void {
    if (this.#end) return;
    this.#end = end;
    for (const resolve of this.#pending.splice(0)) resolve(this.next());
  }

  /** Closes the queue with an error, in place of its items and of an earlier end. */
  fail(error: unknown): void {
    this.#abort({ error });
  }

  /** Closes the queue, and drops its items and its error. */
  return(): Promise<Step<T>> {
    this.#abort({});
    return this.next();
  }

  /** The next item, once there is one; after the last one the error, once; then `done`. */
  next(): Promise<Step<T>> {
    if (this.#items.length > 0) return Promise.resolve({ done: false, value: this.#items.shift() as T });
    if (!this.#end) return new Promise((resolve) => this.#pending.push(resolve));
    const end = this.#end;
    this.#end = {};
    return 'error' in end ? Promise.reject(end.error) : Promise.resolve({ done: true, value: undefined });
  }

  #abort(end: QueueEnd): void {
    this.#items = [];
    this.#end = undefined;
    this.close(end);
  }
}
