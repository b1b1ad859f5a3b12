import { LinkedList } from '../rpc/linked-list.js';
import { now } from '../rpc/timer-wheel.js';
import type { CancellableCall, UnaryListener } from './grpc-js.js';
import type { Headers } from './headers.js';
import type { Channel } from './lazy-channel.js';
import { ReplacementBackoff } from './replacement-backoff.js';
import { TrackedChannel, type ChannelParts } from './tracked-channel.js';

// A connection that was replaced stays open for its long calls, each for a minute or more.
const maxRetired = 16;

/**
 * A channel that replaces its connection when it has gone silent: a NAT, VPN, balancer or Wi-Fi may drop a connection
 * without closing it, and grpc-js would send every later call into it. After a call that took too long, by its deadline or for
 * its caller, without a byte from the server, later calls go over a new connection, and so do the calls since which nothing was
 * received. Other calls in progress stay where they are; the old connection closes after the last of them.
 *
 * Keepalive pings would show the same, and sooner. But many servers close a connection on which pings come more often than
 * every five minutes, so they are left to the option `grpcOptions`.
 */
export class ReplacingChannel implements Channel {
  readonly #open: () => ChannelParts;
  readonly #backoff = new ReplacementBackoff();
  readonly #retired = new LinkedList<TrackedChannel>();
  #current: TrackedChannel;
  #closed = false;

  /** @param open - creates a channel with a connection of its own. */
  constructor(open: () => ChannelParts) {
    this.#open = open;
    this.#current = this.#create();
  }

  send(path: string, message: Buffer, headers: Headers, remainingMs: number, listener: UnaryListener): CancellableCall {
    return this.#current.send(path, message, headers, remainingMs, listener);
  }

  close(): void {
    this.#closed = true;
    for (const channel of [this.#current, ...this.#retired.snapshot()]) channel.close();
  }

  #create(): TrackedChannel {
    return new TrackedChannel(this.#open(), (channel, silentMs) => this.#replace(channel, silentMs));
  }

  #replace(channel: TrackedChannel, silentMs: number): void {
    if (channel !== this.#current || this.#retired.size >= maxRetired) return;
    if (!this.#backoff.shouldReplace(now(), silentMs, channel.received > 0)) return;
    this.#current = this.#create();
    this.#retired.add(channel);
    channel.retire(() => this.#retired.delete(channel));
    // Once the calls have ended whose deadlines passed at the same time.
    setImmediate(() => {
      if (!this.#closed) channel.moveSilentCalls(this);
    });
  }
}
