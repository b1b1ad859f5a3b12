import type { AddressInfo, Server } from 'node:net';

/** A server that listens on 127.0.0.1. */
export interface ListeningServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a server on a free port of 127.0.0.1.
 *
 * @returns the port.
 */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
