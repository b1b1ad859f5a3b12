import { createServer as createHttp2Server } from 'node:http2';
import { encodeOperation } from '../../../src/wire/messages.js';
import { FaultProxy } from '../fault-proxy.js';
import { fetchTrusting, name, waitFor, type Failure } from './world.js';

const refused: readonly Failure[] = [
  {
    title: 'nothing listens: no network, a wrong port, a server that is down',
    action: 'check host, port and network, then resume',
    wire: 'REST',
    produce: async (world) => waitFor(world.rest(await world.closedPort())),
  },
  {
    title: 'nothing listens: no network, a wrong port, a server that is down',
    action: 'check host, port and network, then resume',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.grpcAt(`127.0.0.1:${await world.closedPort()}`)),
  },
  {
    title: 'the host has no address: no DNS, a wrong host',
    action: 'check host and DNS, then resume',
    wire: 'REST',
    produce: (world) => waitFor(world.restAt('https://jobs.invalid')),
  },
  {
    title: 'the host has no address: no DNS, a wrong host',
    action: 'check host and DNS, then resume',
    wire: 'gRPC',
    produce: (world) => waitFor(world.grpcAt('jobs.invalid')),
  },
  {
    title: 'the port is one that fetch blocks, such as 6000',
    action: 'use another port, or another `fetch`',
    wire: 'REST',
    produce: (world) => waitFor(world.rest(6000)),
  },
  {
    title: 'fetch fails without a reason: CORS, or a page that is offline',
    action: "look at the browser's console",
    wire: 'REST, in a page',
    produce: (world) =>
      // All that a page gets to know.
      waitFor(world.restAt('https://jobs.invalid', { fetch: () => Promise.reject(new TypeError('Failed to fetch')) })),
  },
];

const broken: readonly Failure[] = [
  {
    title: 'each connection is reset',
    action: 'check the proxy and the server, then resume',
    wire: 'REST',
    produce: async (world) =>
      waitFor(world.rest(await world.tcp((socket) => socket.once('data', () => socket.resetAndDestroy())))),
  },
  {
    title: 'each connection is reset',
    action: 'check the proxy and the server, then resume',
    wire: 'gRPC',
    produce: async (world) => {
      const port = await world.tcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
      return waitFor(world.grpcAt(`127.0.0.1:${port}`));
    },
  },
  {
    title: 'the connection goes silent',
    action: 'check the network (firewall, NAT), then resume',
    wire: 'REST',
    produce: async (world) => {
      const client = world.rest(await world.http(() => undefined));
      return waitFor(client, undefined, { rpcTimeoutMs: 50 });
    },
  },
  {
    title: 'the connection goes silent',
    action: 'check the network (firewall, NAT), then resume',
    wire: 'gRPC',
    produce: async (world) => {
      const proxy = await FaultProxy.start(await world.grpc({ GetOperation: () => 'hang' }), {
        faultRate: 1,
        faults: ['silence'],
      });
      world.onEnd(() => proxy.close());
      return waitFor(world.grpcAt(`127.0.0.1:${proxy.port}`), undefined, { rpcTimeoutMs: 50 });
    },
  },
  {
    title: 'the response breaks off',
    action: 'check the proxy and the server, then resume',
    wire: 'REST',
    produce: async (world) => {
      const port = await world.http((_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"name":', () => response.destroy());
      });
      return waitFor(world.rest(port));
    },
  },
  {
    title: 'the response breaks off',
    action: 'check the proxy and the server, then resume',
    wire: 'gRPC',
    produce: async (world) => {
      const server = createHttp2Server();
      server.on('stream', (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(Buffer.concat([Buffer.from([0, 0, 0, 0, 100]), encodeOperation({ name, done: false })]), () =>
          stream.session?.destroy(),
        );
      });
      return waitFor(world.grpcAt(`127.0.0.1:${await world.listen(server)}`));
    },
  },
];

const tls: readonly Failure[] = [
  {
    title: 'the certificate has expired',
    action: 'renew it, or set the clock, then resume',
    wire: 'REST',
    produce: async (world) =>
      waitFor(world.restAt(`https://localhost:${await world.https('expired')}`, { fetch: fetchTrusting('expired') })),
  },
  {
    title: 'the certificate has expired',
    action: 'renew it, or set the clock, then resume',
    wire: 'gRPC',
    produce: async (world) =>
      waitFor(world.secureGrpc(await world.grpc({ GetOperation: () => 'hang' }, 'expired'), 'expired')),
  },
  {
    title: 'the certificate is self-signed, or of an unknown authority',
    action: 'trust its authority, if it is yours',
    wire: 'REST',
    produce: async (world) => waitFor(world.restAt(`https://localhost:${await world.https()}`)),
  },
  {
    title: 'the certificate is self-signed, or of an unknown authority',
    action: 'trust its authority, if it is yours',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.secureGrpc(await world.grpc({ GetOperation: () => 'hang' }, 'cert'))),
  },
  {
    title: 'the certificate is that of another host',
    action: 'connect to the host that it names',
    wire: 'REST',
    produce: async (world) =>
      waitFor(
        world.restAt(`https://localhost:${await world.https('other-host')}`, { fetch: fetchTrusting('other-host') }),
      ),
  },
  {
    title: 'the certificate is that of another host',
    action: 'connect to the host that it names',
    wire: 'gRPC',
    produce: async (world) =>
      waitFor(world.secureGrpc(await world.grpc({ GetOperation: () => 'hang' }, 'other-host'), 'other-host')),
  },
  {
    title: 'TLS to a port in plain text',
    action: 'another port, or plain text',
    wire: 'REST',
    produce: async (world) => waitFor(world.restAt(`https://127.0.0.1:${await world.http(() => undefined)}`)),
  },
  {
    title: 'TLS to a port in plain text',
    action: 'another port, or plain text',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.secureGrpc(await world.grpc({ GetOperation: () => 'hang' }), 'cert')),
  },
  {
    title: 'plain text to a TLS port',
    action: 'use TLS',
    wire: 'REST',
    produce: async (world) => waitFor(world.rest(await world.https())),
  },
  {
    title: 'plain text to a TLS port',
    action: 'use TLS',
    wire: 'gRPC',
    produce: async (world) =>
      waitFor(world.grpcAt(`127.0.0.1:${await world.grpc({ GetOperation: () => 'hang' }, 'cert')}`)),
  },
  {
    title: 'the server has no HTTP/2',
    action: 'another host or port, or `restTransport()`',
    wire: 'gRPC',
    produce: async (world) => waitFor(world.secureGrpc(await world.https(), 'cert')),
  },
];

/** No response, or a part of one. */
export const connectionFailures: readonly Failure[] = [...refused, ...broken, ...tls];
