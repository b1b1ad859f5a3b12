import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy for CONNECT on 127.0.0.1. */
export interface ConnectProxy {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** The requests so far: `url` is the host and the port, such as `localhost:40124`. */
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

/** Opens a proxy. With `status`, it refuses each tunnel with that status, such as 407. */
export async function openConnectProxy(status?: number): Promise<ConnectProxy> {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket) => {
    requests.push(request);
    client.on('error', () => undefined); // the other side closed it
    if (status !== undefined) return client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    const upstream = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    sockets.add(upstream);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
