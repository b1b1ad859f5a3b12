/** What is over, and with which error, if any. */
export interface QueueEnd {
  readonly error?: unknown;
}

type Step<T> = IteratorResult<T, undefined>;

interface Taker<T> {
  readonly resolve: (step: Step<T>) => void;
  readonly reject: (error: unknown) => void;
}

/** Results on their way to who consumes them: each is taken once, in the order in which they came. */
export class AsyncQueue<T> {
  #items: T[] = [];
  #waiting: Taker<T>[] = [];
  #end: QueueEnd | undefined;

  /** How many nobody has taken yet. */
  get size(): number {
    return this.#items.length;
  }

  /** Whether nothing more is taken in. */
  get closed(): boolean {
    return this.#end !== undefined;
  }

  push(value: T): void {
    if (this.#end) return;
    const taker = this.#waiting.shift();
    if (taker) taker.resolve({ done: false, value });
    else this.#items.push(value);
  }

  /** Nothing more will come: what is held can still be taken, then comes the end. */
  close(end: QueueEnd): void {
    this.#end ??= end;
    for (const taker of this.#waiting.splice(0)) this.next().then(taker.resolve, taker.reject);
  }

  /** It is over at once: what is held is dropped. */
  abort(end: QueueEnd): void {
    this.#items = [];
    this.#end = undefined;
    this.close(end);
  }

  /** The next result, as soon as there is one; an error comes once. */
  next(): Promise<Step<T>> {
    if (this.#items.length > 0) return Promise.resolve({ done: false, value: this.#items.shift() as T });
    if (!this.#end) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    const end = this.#end;
    this.#end = {};
    return 'error' in end ? Promise.reject(end.error) : Promise.resolve({ done: true, value: undefined });
  }
}
