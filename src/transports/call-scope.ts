import type { RpcInfo } from '../errors.js';
import { LinkedList } from '../rpc/linked-list.js';
import type { CallOptions } from '../transport.js';
import { onPageReturn, type PageReturnListener } from './page-return.js';
import { ActiveCall, callTimeoutMs, type CallOwner, type ClosableCall } from './active-call.js';

/** What a call passes to the requests that it sends. */
export interface CallContext {
  /** Aborted when the call is aborted, its deadline expires or the transport is closed. Created on first use. */
  readonly signal: AbortSignal;
  /** The deadline of the call, in milliseconds. */
  readonly timeoutMs: number;
}

/** The calls of one transport, until it is closed. */
export class CallScope implements CallOwner, PageReturnListener {
  readonly calls = new LinkedList<ClosableCall>();
  readonly #host: string | undefined;
  #closed = false;
  readonly #returnListeners: (() => void)[] = [];

  /** @param host - named in the error of an expired deadline. */
  constructor(host?: string) {
    this.#host = host;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Calls `listener` each time that requests may succeed again, until the transport is closed (see {@link onPageReturn}). */
  onReturn(listener: () => void): void {
    if (this.#returnListeners.push(listener) === 1) onPageReturn(this);
  }

  onPageReturn(): void {
    for (const listener of this.#returnListeners) listener();
  }

  /**
   * Runs a call. It rejects at once when it is aborted, its deadline expires or the transport is closed, whether or not
   * `work` observes the signal.
   *
   * @param waitMs - the server's own time limit, of WaitOperation.
   * @throws {@link RequestError} CANCELLED if the transport is closed, DEADLINE_EXCEEDED if the deadline expires.
   * @throws the signal's reason if it is aborted, or an `AbortError` if a polyfill's signal has none.
   * @throws the error that `work` rejects with.
   */
  run<T>(rpc: RpcInfo, options: CallOptions, work: (context: CallContext) => Promise<T>, waitMs?: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = new ScopedCall(this, this.#host, rpc, callTimeoutMs(options, waitMs), resolve, reject);
      if (!call.start(options)) return;
      const onError = (error: unknown): void => call.reject(error);
      try {
        work(call).then((result) => call.resolve(result), onError);
      } catch (error) {
        onError(error);
      }
    });
  }

  /** Ends the running calls; later ones reject. Returns whether it was open. */
  close(): boolean {
    const wasOpen = !this.#closed;
    this.#closed = true;
    this.#returnListeners.length = 0;
    for (const call of this.calls.snapshot()) call.close();
    return wasOpen;
  }
}

class ScopedCall<T> extends ActiveCall<T> implements CallContext {
  readonly #host: string | undefined;
  #controller: AbortController | undefined;
  #stopped = false;
  #reason: unknown;

  constructor(
    owner: CallOwner,
    host: string | undefined,
    rpc: RpcInfo,
    timeoutMs: number,
    resolve: (result: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super(owner, rpc, timeoutMs, resolve, reject);
    this.#host = host;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#stopped) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  protected override deadlineMessage(): string {
    return `no response${this.#host === undefined ? '' : ` from ${this.#host}`} within ${this.timeoutMs} ms`;
  }

  protected onStop(reason: unknown): void {
    this.#stopped = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
