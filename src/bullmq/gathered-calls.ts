interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Combines the calls of one turn of the event loop into one command. */
export class GatheredCalls<T, R> {
  readonly #send: (items: readonly T[]) => Promise<readonly R[]>;
  #waiting: Waiting<T, R>[] = [];

  /** @param send - returns a result for each item. */
  constructor(send: (items: readonly T[]) => Promise<readonly R[]>) {
    this.#send = send;
  }

  /** @returns the item's result. Rejects, as all calls of the command do, if it failed. */
  call(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ item, resolve, reject }) === 1) setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const results = await this.#send(waiting.map(({ item }) => item));
      waiting.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
