import { speaksTls } from './tls-probe.js';

/** The server of a plain-text connection. */
export interface PlainTextPeer {
  readonly host: string;
  readonly port: number;
  /** Whether it speaks TLS, once that was checked. */
  speaksTls?: Promise<boolean>;
}

/**
 * Whether a server closes plain-text connections because it expects TLS. That is checked at most once for each connection,
 * however many calls fail with it, and not at all once the server has accepted one: a connection for each failed call would
 * be a flood just when the network fails.
 */
export class PlainTextCheck {
  #wasAccepted = false;

  /** A plain-text connection has completed its handshake. */
  onAccepted(): void {
    this.#wasAccepted = true;
  }

  /** Whether the server that closed a connection expects TLS. */
  async isRefusedBy(peer: PlainTextPeer): Promise<boolean> {
    if (this.#wasAccepted) return false;
    return (peer.speaksTls ??= speaksTls(peer.host, peer.port));
  }
}
