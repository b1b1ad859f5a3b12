import type { Linked } from '../rpc/linked-list.js';
import { now } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import { plainTextRefused, type GrpcStatus } from '../transports/grpc-status.js';
import type { ChannelSockets } from './channel-sockets.js';
import type { CancellableCall, GrpcConnection, UnaryListener } from './connection.js';
import type { Headers } from './headers.js';
import type { Channel } from './lazy-channel.js';

/** What a {@link TrackedChannel} consists of. */
export interface ChannelParts {
  readonly connection: GrpcConnection;
  readonly sockets: ChannelSockets;
  close(): void;
}

/** Called when the deadline of a call has passed and nothing was received since the call was sent. */
export type SilenceListener = (channel: TrackedChannel, silentMs: number) => void;

/** A channel that knows whether its server sends anything, and that can be retired: it then closes after its last call. */
export class TrackedChannel implements Channel, Linked<TrackedChannel> {
  previous: TrackedChannel | undefined;
  next: TrackedChannel | undefined;
  readonly #parts: ChannelParts;
  readonly #onSilence: SilenceListener;
  #calls = 0;
  #responses = 0;
  #onIdle: (() => void) | undefined;

  constructor(parts: ChannelParts, onSilence: SilenceListener) {
    this.#parts = parts;
    this.#onSilence = onSilence;
  }

  /** Changes whenever anything is received; 0 before. */
  get received(): number {
    return this.#responses + this.#parts.sockets.bytesReceived;
  }

  send(path: string, message: Buffer, headers: Headers, remainingMs: number, listener: UnaryListener): CancellableCall {
    const call = new TrackedCall(this, listener);
    call.stream = this.#parts.connection.send(path, message, headers, remainingMs, call);
    this.#calls++;
    return call;
  }

  /** Closes the channel once it has no calls. */
  retire(onClosed: () => void): void {
    this.#onIdle = () => {
      onClosed();
      this.close();
      // After grpc-js has sent its own end of the connection. It would wait for the server's.
      setImmediate(() => this.#parts.sockets.destroy());
    };
    if (this.#calls === 0) this.#onIdle();
  }

  close(): void {
    this.#onIdle = undefined;
    this.#parts.close();
  }

  responseStarted(): void {
    this.#responses++;
  }

  callEnded(): void {
    if (--this.#calls === 0) this.#onIdle?.();
  }

  /** Whether the server closed the connection because it expects TLS. */
  refusesPlainText(): Promise<boolean> {
    return this.#parts.sockets.refusesPlainText();
  }

  deadlineExceeded(sentMs: number, receivedBefore: number): void {
    if (this.received === receivedBefore) this.#onSilence(this, now() - sentMs);
  }
}

// What grpc-js says if the server closed the connection without having sent anything.
const closedBeforeHandshake = /^No connection established.*Failed to connect/;

/** A call of a {@link TrackedChannel}. */
class TrackedCall implements UnaryListener, CancellableCall {
  stream: CancellableCall | undefined;
  readonly #channel: TrackedChannel;
  readonly #listener: UnaryListener;
  readonly #receivedBefore: number;
  readonly #sentMs = now();

  constructor(channel: TrackedChannel, listener: UnaryListener) {
    this.#channel = channel;
    this.#listener = listener;
    this.#receivedBefore = channel.received;
  }

  cancelWithStatus(code: number, details: string): void {
    // Before the call is over: a channel that is retired by it then closes.
    if (code === Code.DEADLINE_EXCEEDED) this.#channel.deadlineExceeded(this.#sentMs, this.#receivedBefore);
    this.stream?.cancelWithStatus(code, details);
  }

  onReceiveMetadata(): void {
    this.#channel.responseStarted();
    this.#listener.onReceiveMetadata();
  }

  onReceiveMessage(message: Buffer): void {
    this.#listener.onReceiveMessage(message);
  }

  onReceiveStatus(status: GrpcStatus): void {
    if (closedBeforeHandshake.test(status.details)) void this.#explain(status);
    else this.#listener.onReceiveStatus(status);
    this.#channel.callEnded();
  }

  async #explain(status: GrpcStatus): Promise<void> {
    const isRefused = await this.#channel.refusesPlainText();
    this.#listener.onReceiveStatus(isRefused ? { ...status, details: plainTextRefused } : status);
  }
}
