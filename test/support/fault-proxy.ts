import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A fault of one connection. */
export type ConnectionFault =
  /** Both sides get a FIN. */
  | 'cut'
  /** Both sides get a RST. */
  | 'reset'
  /** All bytes are swallowed, FIN included, in both directions; nothing is closed. */
  | 'silence';

/** Options of a {@link FaultProxy}. */
export interface FaultProxyOptions {
  /** The delay of each chunk in each direction, in milliseconds. */
  latencyMs?: number;
  /** The rate of what the server sends, in bytes per second: a slow body. */
  bytesPerSecond?: number;
  /** The share of chunks that come with a fault, 0 to 1. */
  faultRate?: number;
  /** The faults of chunks; each is as likely. A delay lasts up to `delayMs`. */
  faults?: readonly (ConnectionFault | 'delay')[];
  delayMs?: number;
  /**
   * The share of new connections that go silent within a second, 0 to 1. Which do depends on `seed` and on the number of the
   * connection alone, not on the traffic.
   */
  silentShare?: number;
  /** After this time a silenced connection is reset; never by default, as behind a NAT that has forgotten it. */
  silenceMs?: number;
  /** The seed of all that is random. */
  seed?: number;
}

/** A TCP proxy on 127.0.0.1 in front of a server on 127.0.0.1 that breaks connections the ways networks do. */
export class FaultProxy {
  /** The port that clients connect to. */
  port = 0;
  /** How many connections were accepted. */
  accepted = 0;
  /** May be changed at any time. */
  readonly options: FaultProxyOptions;
  readonly #targetPort: number;
  readonly #random: () => number;
  readonly #connections = new Set<ProxiedConnection>();
  #server: Server | undefined;
  #isResetting = false;

  private constructor(targetPort: number, options: FaultProxyOptions) {
    this.#targetPort = targetPort;
    this.options = options;
    this.#random = randomNumbers(options.seed ?? 1);
  }

  static async start(targetPort: number, options: FaultProxyOptions = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, { ...options });
    await proxy.accept();
    return proxy;
  }

  /** How many connections the client has open. */
  get open(): number {
    return [...this.#connections].filter(({ isClientOpen }) => isClientOpen).length;
  }

  /** Breaks the connections that exist. Later ones work. */
  breakConnections(fault: ConnectionFault): void {
    for (const connection of [...this.#connections]) connection.break(fault);
  }

  /** Resets the connections that exist, and each new one. The port stays this proxy's own, unlike with `refuse()`. */
  reset(): void {
    this.#isResetting = true;
    this.breakConnections('reset');
  }

  /** Refuses new connections. Those that exist go on. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Accepts connections again, on the same port. */
  async accept(): Promise<void> {
    this.#isResetting = false;
    if (this.#server) return;
    const server = (this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#add(client)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  /** Closes everything at once. */
  close(): void {
    this.refuse();
    this.breakConnections('reset');
  }

  #add(client: Socket): void {
    this.accepted++;
    if (this.#isResetting) {
      client.resetAndDestroy();
      return;
    }
    const connection = new ProxiedConnection(client, this.#targetPort, this.options, this.#random);
    this.#connections.add(connection);
    connection.onClose = () => this.#connections.delete(connection);
    this.#silenceLater(connection);
  }

  #silenceLater(connection: ProxiedConnection): void {
    const { silentShare = 0, seed = 1 } = this.options;
    const random = randomNumbers(seed * 10_007 + this.accepted);
    if (random() < silentShare) setTimeout(() => connection.break('silence'), 1000 * random()).unref();
  }
}

/** A client's connection and the one to the server that belongs to it. */
class ProxiedConnection {
  isClientOpen = true;
  onClose: () => void = () => undefined;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #options: FaultProxyOptions;
  readonly #random: () => number;
  #silent = false;

  constructor(client: Socket, targetPort: number, options: FaultProxyOptions, random: () => number) {
    this.#client = client;
    this.#server = createConnection({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#options = options;
    this.#random = random;
    this.#pipe(client, this.#server, () => 0);
    this.#pipe(this.#server, client, (bytes) => (1000 * bytes) / (options.bytesPerSecond ?? Infinity));
    client.once('end', () => (this.isClientOpen = false));
    client.once('close', () => {
      this.isClientOpen = false;
      if (!this.#silent) this.#server.destroy();
      this.onClose();
    });
    this.#server.once('close', () => this.#silent || client.destroy());
  }

  break(fault: ConnectionFault): void {
    if (fault === 'silence') return this.#silence();
    for (const socket of [this.#client, this.#server]) {
      if (fault === 'cut') socket.end();
      // A socket that has sent its FIN cannot be reset: Node would keep its handle open for ever.
      else if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  #silence(): void {
    this.#silent = true;
    const { silenceMs } = this.#options;
    if (silenceMs !== undefined) setTimeout(() => this.break('reset'), silenceMs).unref();
  }

  /** Passes chunks on, in order, each after its delay. */
  #pipe(from: Socket, to: Socket, transferMs: (bytes: number) => number): void {
    let last: Promise<void> | undefined;
    const pass = (delayMs: number, write: () => void): void => {
      const writeUnlessSilent = (): void => {
        if (!this.#silent && !to.destroyed) write();
      };
      if (delayMs === 0 && !last) return writeUnlessSilent();
      const step = Promise.all([last, sleep(delayMs)]).then(() => {
        if (last === step) last = undefined;
        writeUnlessSilent();
      });
      last = step;
    };
    from.on('error', () => undefined); // its 'close' follows
    from.on('data', (chunk) => {
      const delayMs = (this.#options.latencyMs ?? 0) + transferMs(chunk.length) + this.#injectFault();
      pass(delayMs, () => to.write(chunk));
    });
    from.once('end', () => pass(0, () => to.end()));
  }

  /** @returns the delay of the chunk, in milliseconds. */
  #injectFault(): number {
    const { faultRate = 0, faults = [], delayMs = 0 } = this.#options;
    if (this.#silent || this.#random() >= faultRate) return 0;
    const fault = faults[Math.floor(this.#random() * faults.length)] ?? 'delay';
    if (fault === 'delay') return this.#random() * delayMs;
    this.break(fault);
    return 0;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Random numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
