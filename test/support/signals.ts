import type { AbortSignalLike } from '../../src/index.js';

/** A signal like those of polyfills: no `reason`, no `throwIfAborted`. It counts who listens. */
export class CountingSignal implements AbortSignalLike {
  aborted = false;
  readonly #listeners = new Set<() => void>();
  /** How many listeners there have ever been. */
  added = 0;

  /** How many listeners there are. */
  get listeners(): number {
    return this.#listeners.size;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.added++;
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }
}
