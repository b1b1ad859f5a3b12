import { LinkedList, type Linked } from '../rpc/linked-list.js';
import { now } from '../rpc/timer-wheel.js';
import type { ChannelSockets } from './channel-sockets.js';
import type { GrpcConnection } from './connection.js';
import type { CancellableCall, UnaryListener } from './grpc-js.js';
import type { Headers } from './headers.js';
import type { Channel } from './lazy-channel.js';
import { TrackedCall, type CallTracker } from './tracked-call.js';

/** What a {@link TrackedChannel} consists of. */
export interface ChannelParts {
  readonly connection: GrpcConnection;
  readonly sockets: ChannelSockets;
  close(): void;
}

/** Called when a call took too long and nothing was received since it was sent. */
export type SilenceListener = (channel: TrackedChannel, silentMs: number) => void;

/** A channel that knows whether its server sends anything, and that can be retired: it then closes after its last call. */
export class TrackedChannel implements Channel, CallTracker, Linked<TrackedChannel> {
  previous: TrackedChannel | undefined;
  next: TrackedChannel | undefined;
  readonly #parts: ChannelParts;
  readonly #onSilence: SilenceListener;
  readonly #calls = new LinkedList<TrackedCall>();
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
    const call = new TrackedCall(this, path, message, headers, remainingMs, listener);
    call.sendOver(this.#parts.connection);
    this.#calls.add(call);
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
    this.#closeIfIdle();
  }

  /** Moves the calls since which nothing was received. The others may be under way, and stay. */
  moveSilentCalls(to: Channel): void {
    for (const call of this.#calls.snapshot()) if (call.isSilent) call.move(to);
  }

  close(): void {
    this.#onIdle = undefined;
    this.#parts.close();
  }

  onResponseStart(): void {
    this.#responses++;
  }

  onDeadlineExceeded(call: TrackedCall): void {
    if (call.isSilent) this.#onSilence(this, now() - call.sentMs);
  }

  onCallEnd(call: TrackedCall): void {
    this.#calls.delete(call);
    this.#closeIfIdle();
  }

  refusesPlainText(): Promise<boolean> {
    return this.#parts.sockets.refusesPlainText();
  }

  #closeIfIdle(): void {
    if (this.#calls.size === 0) this.#onIdle?.();
  }
}
