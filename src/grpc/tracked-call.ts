import type { Linked } from '../rpc/linked-list.js';
import { now } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import { plainTextRefused, type GrpcStatus, type ReceivedMetadata } from '../transports/grpc-status.js';
import type { HeaderRecord } from '../transports/headers.js';
import type { CancellableCall, UnaryListener } from './grpc-js.js';
import type { Headers } from './headers.js';
import type { Channel } from './lazy-channel.js';

/** What a {@link TrackedCall} needs of its channel. */
export interface CallTracker {
  /** Changes whenever anything is received. */
  readonly received: number;
  onResponseStart(): void;
  /** Called before a call is cancelled because it took too long. */
  onDeadlineExceeded(call: TrackedCall): void;
  onCallEnd(call: TrackedCall): void;
  /** Whether the server closed the connection because it expects TLS. */
  refusesPlainText(): Promise<boolean>;
}

// What grpc-js says if the server closed the connection without having sent anything.
const closedBeforeHandshake = /^No connection established.*Failed to connect/;

// A second request would change nothing, while that of another RPC may have been executed.
const reads = /\/(?:Get|List|Wait)Operations?$/;

// A call that the caller gives up earlier says nothing about the connection.
const minAbortedMs = 1000;

/** A call over one channel, which may be moved to another one. */
export class TrackedCall implements UnaryListener, CancellableCall, Linked<TrackedCall> {
  previous: TrackedCall | undefined;
  next: TrackedCall | undefined;
  readonly sentMs = now();
  readonly #path: string;
  readonly #message: Buffer;
  readonly #headers: Headers;
  readonly #deadlineMs: number;
  readonly #tracker: CallTracker;
  readonly #receivedBefore: number;
  // Undefined once the call has been moved.
  #listener: UnaryListener | undefined;
  /** The call of grpc-js; once this has been moved, the call over the other channel. */
  #stream: CancellableCall | undefined;

  constructor(
    tracker: CallTracker,
    path: string,
    message: Buffer,
    headers: Headers,
    remainingMs: number,
    listener: UnaryListener,
  ) {
    this.#tracker = tracker;
    this.#path = path;
    this.#message = message;
    this.#headers = headers;
    this.#deadlineMs = this.sentMs + remainingMs;
    this.#listener = listener;
    this.#receivedBefore = tracker.received;
  }

  /** Whether nothing was received over the connection since the call was sent. */
  get isSilent(): boolean {
    return this.#tracker.received === this.#receivedBefore;
  }

  /** Sends the call. */
  sendOver(connection: Pick<Channel, 'send'>): void {
    const remainingMs = this.#deadlineMs - this.sentMs;
    this.#stream = connection.send(this.#path, this.#message, this.#headers, remainingMs, this);
  }

  /** Sends a read again over another channel, and cancels it on this one. Any other call fails as UNAVAILABLE. */
  move(channel: Pick<Channel, 'send'>): void {
    const [stream, listener] = [this.#stream, this.#listener];
    if (!stream || !listener) return;
    this.#listener = this.#stream = undefined;
    stream.cancelWithStatus(Code.CANCELLED, 'Cancelled on client');
    if (reads.test(this.#path)) this.#resend(channel, listener);
    else listener.onReceiveStatus(silent);
  }

  cancelWithStatus(code: number, details: string): void {
    // Before the call is over: a channel that is retired by it then closes.
    if (this.#isOverdue(code) && this.#listener) this.#tracker.onDeadlineExceeded(this);
    this.#stream?.cancelWithStatus(code, details);
  }

  onCredentials(headers: HeaderRecord, url: string): void {
    this.#listener?.onCredentials?.(headers, url);
  }

  onReceiveMetadata(headers: ReceivedMetadata): void {
    this.#tracker.onResponseStart();
    this.#listener?.onReceiveMetadata(headers);
  }

  onReceiveMessage(message: Buffer): void {
    this.#listener?.onReceiveMessage(message);
  }

  onReceiveStatus(status: GrpcStatus): void {
    if (closedBeforeHandshake.test(status.details)) void this.#explain(status);
    else this.#listener?.onReceiveStatus(status);
    this.#tracker.onCallEnd(this);
  }

  /** Whether the call is cancelled because it took too long, by its own deadline or by the caller's signal or time limit. */
  #isOverdue(code: number): boolean {
    if (code === Code.DEADLINE_EXCEEDED) return true;
    // In a WaitOperation the server sends nothing meanwhile.
    return !this.#path.endsWith('/WaitOperation') && now() - this.sentMs >= minAbortedMs;
  }

  #resend(channel: Pick<Channel, 'send'>, listener: UnaryListener): void {
    try {
      this.#stream = channel.send(this.#path, this.#message, this.#headers, this.#deadlineMs - now(), listener);
    } catch {
      // grpc-js throws if the channel was closed from outside.
      listener.onReceiveStatus(silent);
    }
  }

  async #explain(status: GrpcStatus): Promise<void> {
    const isRefused = await this.#tracker.refusesPlainText();
    this.#listener?.onReceiveStatus(isRefused ? { ...status, details: plainTextRefused } : status);
  }
}

const silent: GrpcStatus = { code: Code.UNAVAILABLE, details: 'The connection has gone silent and is replaced' };
