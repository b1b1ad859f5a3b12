import type { CallOptions } from '../transport.js';
import { OwnSignal } from './abort.js';
import { toFailure, type Rpc } from './failure.js';

/** What is sent, and within what limits. */
export interface Sending<T> extends Rpc {
  /** Sends the request, once. */
  send(options: CallOptions): Promise<T>;
  /** The deadline of the next attempt. */
  timeoutMs(): number;
  /** Own headers. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Hears of the answer. */
  settle(answer: T): void;
  /** Hears why there is none. */
  fail(error: unknown): void;
}

/**
 * One attempt to send a request, and the options that the transport gets. Whoever asked is answered at once when it is
 * given up, whether or not the transport lets go.
 *
 * There may be as many as there are operations, so it is one object and few closures. Its `signal`, which costs more
 * than all the rest, is made for those who ask for it; it is a property of its own so that a copy has it too.
 */
export class Attempt<T> extends OwnSignal implements CallOptions {
  declare readonly signal: AbortSignal;
  declare readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly #sending: Sending<T>;
  #platform: AbortController | undefined;

  constructor(sending: Sending<T>) {
    super();
    Object.defineProperty(this, 'signal', platformSignal);
    this.timeoutMs = sending.timeoutMs();
    if (sending.headers) this.headers = sending.headers;
    this.#sending = sending;
  }

  send(): void {
    try {
      this.#sending.send(this).then(
        (answer) => {
          // Unless it was given up.
          if (!this.aborted) this.#sending.settle(answer);
        },
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  override abort(reason: unknown): void {
    this.#sending.fail(reason);
    super.abort(reason);
    this.#platform?.abort(reason);
  }

  get platform(): AbortSignal {
    this.#platform ??= new AbortController();
    if (this.aborted) this.#platform.abort(this.reason);
    return this.#platform.signal;
  }

  #fail(error: unknown): void {
    if (this.aborted) return;
    // p-retry takes only errors of ours for what they are, and gives up on a TypeError.
    this.#sending.fail(toFailure(error, this.#sending));
  }
}

const platformSignal = {
  get(this: { readonly platform: AbortSignal }): AbortSignal {
    return this.platform;
  },
  enumerable: true,
};
