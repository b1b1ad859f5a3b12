import { Code } from '../status.js';
import { ConnectError } from './connect-error.js';
import type { GrpcConnection } from './connection.js';

/** A connection that can be closed. */
export interface Channel extends GrpcConnection {
  close(): void;
}

/** One channel for all calls, opened by the first. If opening fails, a later call tries again. */
export class LazyChannel {
  readonly #open: () => Promise<Channel>;
  #opening: Promise<Channel> | undefined;
  #channel: Channel | undefined;
  #closed = false;
  #rejectOpening: (error: unknown) => void = () => undefined;

  constructor(open: () => Promise<Channel>) {
    this.#open = open;
  }

  /**
   * Returns the channel, or a promise of it.
   *
   * @throws {@link ConnectError} if this is closed.
   */
  get(): Channel | Promise<Channel> {
    if (this.#closed) throw closedError();
    return this.#channel ?? (this.#opening ??= this.#start());
  }

  /** Closes the channel. A promise of it rejects at once. */
  close(): void {
    this.#closed = true;
    this.#rejectOpening(closedError());
    this.#channel?.close();
    this.#channel = undefined;
  }

  #start(): Promise<Channel> {
    return new Promise((resolve, reject) => {
      this.#rejectOpening = reject;
      this.#open()
        .then((channel) => {
          if (this.#closed) channel.close();
          else resolve((this.#channel = channel));
        })
        .catch(reject)
        .finally(() => (this.#opening = undefined));
    });
  }
}

function closedError(): ConnectError {
  return new ConnectError(Code.CANCELLED, 'the transport is closed');
}
