import type { AbortSignalLike, CallOptions } from '../transport.js';

/**
 * The options of one attempt, as a transport gets them. For a transport of this package it is the signal as well; a native
 * AbortSignal is created lazily on first access of `signal`, since creating one costs more than the rest of a poll.
 */
export class CallAttempt implements CallOptions, AbortSignalLike {
  declare readonly signal: AbortSignal;
  declare readonly headers?: Readonly<Record<string, string>>;
  timeoutMs: number;
  #aborted = false;
  #reason: unknown;
  #listeners: readonly (() => void)[] = noListeners;
  #controller: AbortController | undefined;

  constructor(timeoutMs: number, headers: Readonly<Record<string, string>> | undefined) {
    this.timeoutMs = timeoutMs;
    if (headers) this.headers = headers;
    Object.defineProperty(this, 'signal', nativeSignalProperty);
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }

  abort(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#controller?.abort(reason);
  }

  get nativeSignal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }
}

const noListeners: readonly never[] = [];

// An own enumerable property, so that a copy of the options has it too.
const nativeSignalProperty = {
  get(this: CallAttempt): AbortSignal {
    return this.nativeSignal;
  },
  enumerable: true,
};
