import type { Socket } from 'node:net';
import type { ChannelCredentials } from 'google-gax';
import type { PlainTextCheck, PlainTextPeer } from './plain-text-check.js';

/** The part of grpc-js's connector that is used: it turns a TCP connection into the one that HTTP/2 runs over. */
interface SecureConnector {
  connect(socket: Socket): Promise<{ socket: Socket }>;
  destroy(): void;
}

type CreateConnector = (...target: unknown[]) => SecureConnector;

// A server acknowledges the client's SETTINGS (9 bytes) and may open its flow-control window (13) just after the
// connection is ready. Neither is a sign that it processes a request.
const maxHandshakeRestBytes = 22;

/**
 * The sockets of one channel, and how many bytes came over them. grpc-js exposes neither, but creates its connections with
 * the channel credentials, so those are wrapped. The count includes what grpc-js does not report: response headers in
 * part, window updates, and the pings of the server.
 */
export class ChannelSockets {
  readonly #sockets = new Set<Socket>();
  readonly #plainTextCheck: PlainTextCheck;
  #handshakeBytes = Infinity;
  #plainTextPeer: PlainTextPeer | undefined;

  /** @param plainTextCheck - shared by the channels to one address. */
  constructor(plainTextCheck: PlainTextCheck) {
    this.#plainTextCheck = plainTextCheck;
  }

  /** The bytes received since the connection was ready; 0 before, and if the credentials could not be wrapped. */
  get bytesReceived(): number {
    return Math.max(0, this.#bytesRead - this.#handshakeBytes);
  }

  /** Whether the server speaks TLS, where the last connection was plain text and failed. */
  async refusesPlainText(): Promise<boolean> {
    const peer = this.#plainTextPeer;
    return peer !== undefined && (await this.#plainTextCheck.isRefusedBy(peer));
  }

  /** The channel has a connection that has completed its handshake. */
  onReady(): void {
    if (this.#plainTextPeer) this.#plainTextCheck.onAccepted();
    this.#plainTextPeer = undefined;
    this.#handshakeBytes = this.#bytesRead + maxHandshakeRestBytes;
  }

  /** The same credentials, whose connections are in this object; unchanged if this version of grpc-js has no connectors. */
  wrap(credentials: ChannelCredentials): ChannelCredentials {
    const create = (credentials as { _createSecureConnector?: unknown } | null)?._createSecureConnector;
    if (typeof create !== 'function') return credentials;
    const createConnector: CreateConnector = (...target) =>
      this.#wrapConnector((create as CreateConnector).apply(credentials, target));
    return Object.create(credentials, { _createSecureConnector: { value: createConnector } }) as ChannelCredentials;
  }

  /** Closes the sockets, without waiting for the server, which may be unreachable. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroySoon();
  }

  get #bytesRead(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.bytesRead;
    return bytes;
  }

  #wrapConnector(connector: SecureConnector): SecureConnector {
    const connect = async (tcp: Socket): Promise<{ socket: Socket }> => {
      // In the list during the TLS handshake too: if the channel is closed meanwhile, grpc-js leaves it open.
      this.#add(tcp);
      const { remoteAddress: host, remotePort: port } = tcp;
      const connection = await connector.connect(tcp);
      const isPlainText = connection.socket === tcp;
      this.#plainTextPeer = isPlainText && host !== undefined && port !== undefined ? { host, port } : undefined;
      if (isPlainText) return connection;
      this.#sockets.delete(tcp);
      this.#add(connection.socket);
      return connection;
    };
    return Object.create(connector, { connect: { value: connect } }) as SecureConnector;
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
