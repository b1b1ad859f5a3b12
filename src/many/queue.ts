/** What is over, and with which error, if any. */
export interface End {
  readonly error?: unknown;
}

type Step<T> = IteratorResult<T, undefined>;

interface Taker<T> {
  readonly resolve: (step: Step<T>) => void;
  readonly reject: (error: unknown) => void;
}

/** Results on their way to who consumes them: each is taken once, in the order in which they came. */
export class Queue<T> {
  #held: T[] = [];
  #takers: Taker<T>[] = [];
  #end: End | undefined;

  /** How many nobody has taken yet. */
  get size(): number {
    return this.#held.length;
  }

  /** Whether nothing more is taken in. */
  get over(): boolean {
    return this.#end !== undefined;
  }

  push(value: T): void {
    if (this.#end) return;
    const taker = this.#takers.shift();
    if (taker) taker.resolve({ done: false, value });
    else this.#held.push(value);
  }

  /** Nothing more will come: what is held can still be taken, then comes the end. */
  finish(end: End): void {
    this.#end ??= end;
    for (const taker of this.#takers.splice(0)) this.take().then(taker.resolve, taker.reject);
  }

  /** It is over at once: what is held is dropped. */
  cut(end: End): void {
    this.#held = [];
    this.#end = undefined;
    this.finish(end);
  }

  /** The next result, as soon as there is one; an error comes once. */
  take(): Promise<Step<T>> {
    if (this.#held.length > 0) return Promise.resolve({ done: false, value: this.#held.shift() as T });
    if (!this.#end) return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
    const end = this.#end;
    this.#end = {};
    return 'error' in end ? Promise.reject(end.error) : Promise.resolve({ done: true, value: undefined });
  }
}
