import { invalidArgumentMessage, throwInvalidArgument } from '../arguments.js';
import { requestError, type RpcInfo } from '../errors.js';
import { abortReason } from '../rpc/abort.js';
import {
  addCallAbortListener,
  callSignal,
  defaultTimeoutMs,
  isInternalCall,
  removeCallAbortListener,
  waitDeadlineMarginMs,
} from '../rpc/call-options.js';
import type { Linked, LinkedList } from '../rpc/linked-list.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions } from '../transport.js';

/** A call that its transport can close. */
export interface ClosableCall extends Linked<ClosableCall> {
  close(): void;
}

/** The transport of a call, as far as the call knows it. */
export interface CallOwner {
  readonly closed: boolean;
  readonly calls: LinkedList<ClosableCall>;
}

/**
 * A call in progress. It settles once: with its result, at its deadline, when its signal is aborted, or when the transport
 * is closed, whichever comes first. No timer and no listener remains. One object, since a program may have thousands.
 */
export abstract class ActiveCall<T> implements ClosableCall {
  previous: ClosableCall | undefined;
  next: ClosableCall | undefined;
  readonly rpc: RpcInfo;
  readonly timeoutMs: number;
  readonly #owner: CallOwner;
  readonly #resolve: (result: T) => void;
  readonly #reject: (reason: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #signal: AbortSignalLike | undefined;
  #onAbort: (() => void) | undefined;
  #settled = false;

  constructor(
    owner: CallOwner,
    rpc: RpcInfo,
    timeoutMs: number,
    resolve: (result: T) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#owner = owner;
    this.rpc = rpc;
    this.timeoutMs = timeoutMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Starts the limits. Returns whether the request is to be sent: false if the call has ended already. */
  start(options: CallOptions): boolean {
    const signal = callSignal(options);
    if (this.#owner.closed) this.close();
    else if (signal?.aborted) this.stop(abortReason(signal));
    else if (this.timeoutMs === 0) this.onDeadline();
    else this.#listen(options, signal);
    return !this.#settled;
  }

  resolve(result: T): void {
    if (this.#settle()) this.#resolve(result);
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  /** Rejects the call and cancels its request. */
  stop(reason: unknown): void {
    if (!this.#settle()) return;
    this.#reject(reason);
    this.onStop(reason);
  }

  close(): void {
    this.stop(requestError(this.rpc, Code.CANCELLED, 'the transport is closed'));
  }

  onDeadline(): void {
    this.stop(requestError(this.rpc, Code.DEADLINE_EXCEEDED, this.deadlineMessage()));
  }

  protected deadlineMessage(): string {
    return `no response within ${this.timeoutMs} ms`;
  }

  /** Cancels the request. */
  protected abstract onStop(reason: unknown): void;

  #listen(options: CallOptions, signal: AbortSignalLike | undefined): void {
    this.#owner.calls.add(this);
    // A client of this package enforces the deadlines of its calls.
    if (!isInternalCall(options)) this.#timer = setTimeout(() => this.onDeadline(), this.timeoutMs);
    if (!signal) return;
    this.#signal = signal;
    this.#onAbort = () => this.stop(abortReason(signal));
    addCallAbortListener(signal, this.#onAbort);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#owner.calls.delete(this);
    clearTimeout(this.#timer);
    if (this.#onAbort) removeCallAbortListener(this.#signal, this.#onAbort);
    return true;
  }
}

// 24 days. Timers hold at most 2^31 − 1 ms, and servers round the deadline up.
const maxTimeoutMs = 24 * 86_400_000;

/**
 * The deadline of a call in milliseconds, at most 24 days. The default is a minute, or 10 s more than the server's own time
 * limit, whichever is longer.
 *
 * @param waitMs - the server's time limit, of WaitOperation.
 * @throws TypeError if `timeoutMs` is not a number.
 * @throws RangeError if it is NaN.
 */
export function callTimeoutMs(options: CallOptions, waitMs = 0): number {
  const { timeoutMs = Math.max(defaultTimeoutMs, waitMs + waitDeadlineMarginMs) } = options;
  if (typeof timeoutMs !== 'number') throwInvalidArgument('request', 'timeoutMs', 'a number', timeoutMs);
  if (Number.isNaN(timeoutMs)) {
    throw new RangeError(invalidArgumentMessage('request', 'timeoutMs', 'a number', timeoutMs));
  }
  return Math.max(0, Math.min(timeoutMs, maxTimeoutMs));
}
