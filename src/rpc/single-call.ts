import type { AbortSignalLike, CallOptions } from '../transport.js';
import { abortReason, offAbort, onAbort } from './abort.js';
import { Call } from './call.js';
import type { RetryPolicy } from './retry.js';
import type { Scheduler } from './scheduler.js';

/** The deadline of one RPC where nothing else is said, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** An RPC that somebody asks for by itself. */
export interface SingleRpc<T> {
  readonly method: string;
  readonly name: string;
  /** Sends the request, once. */
  readonly send: (options: CallOptions) => Promise<T>;
  /** What to do when it fails. */
  readonly retry: RetryPolicy;
  /** The deadline of each attempt. */
  readonly timeoutMs: number;
  /** Gives it up. */
  readonly signal?: AbortSignalLike | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly scheduler: Scheduler;
}

/** A call as a promise. */
export class SingleCall<T> extends Call<T> {
  readonly #rpc: SingleRpc<T>;
  readonly #resolve: (answer: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #giveUp = (): void => {
    const reason = abortReason(this.#rpc.signal as AbortSignalLike);
    this.failed(reason);
    this.abort(reason);
  };

  constructor(rpc: SingleRpc<T>, resolve: (answer: T) => void, reject: (error: unknown) => void) {
    super();
    this.#rpc = rpc;
    this.#resolve = resolve;
    this.#reject = reject;
    onAbort(rpc.signal, this.#giveUp);
    if (rpc.signal?.aborted) this.#giveUp();
  }

  get method(): string {
    return this.#rpc.method;
  }

  get name(): string {
    return this.#rpc.name;
  }

  get retry(): RetryPolicy {
    return this.#rpc.retry;
  }

  get headers(): Readonly<Record<string, string>> | undefined {
    return this.#rpc.headers;
  }

  get scheduler(): Scheduler {
    return this.#rpc.scheduler;
  }

  timeoutMs(): number {
    return this.#rpc.timeoutMs;
  }

  send(options: CallOptions): Promise<T> {
    return this.#rpc.send(options);
  }

  answered(answer: T): void {
    offAbort(this.#rpc.signal, this.#giveUp);
    this.#resolve(answer);
  }

  failed(error: unknown): void {
    offAbort(this.#rpc.signal, this.#giveUp);
    this.#reject(error);
  }
}

/**
 * Asks once, with all the retries.
 *
 * @throws {@link RequestError} when it failed for good.
 * @throws the signal's reason when it is aborted, in whatever phase it is.
 */
export function call<T>(rpc: SingleRpc<T>): Promise<T> {
  return new Promise((resolve, reject) => new SingleCall(rpc, resolve, reject).start());
}
