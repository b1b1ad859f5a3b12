import { createConnectTransport as createFetchTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { createGrpcWebTransport as createNodeGrpcWebTransport } from '@connectrpc/connect-node';
import type { Transport } from '@connectrpc/connect';
import { connectTransport } from '../../src/connect/index.js';
import { startConnectServer } from '../support/connect-server.js';
import type { Wire } from '../support/wires.js';

/** A protocol and a library that speaks it. */
interface Protocol {
  readonly name: string;
  readonly isHttp2: boolean;
  /** Creates the transport of Connect, and what closes its connections. */
  readonly create: (baseUrl: string) => { transport: Transport; close: () => void };
}

const none = (): void => undefined;

function overHttp2(
  create: (options: { baseUrl: string; httpVersion: '2'; sessionManager: Http2SessionManager }) => Transport,
): Pick<Protocol, 'isHttp2' | 'create'> {
  return {
    isHttp2: true,
    create(baseUrl) {
      const sessionManager = new Http2SessionManager(baseUrl);
      const transport = create({ baseUrl, httpVersion: '2', sessionManager });
      return { transport, close: () => sessionManager.abort() };
    },
  };
}

const overHttp1 = (create: (baseUrl: string) => Transport): Pick<Protocol, 'isHttp2' | 'create'> => ({
  isHttp2: false,
  create: (baseUrl) => ({ transport: create(baseUrl), close: none }),
});

/** Connect and gRPC-web over `fetch`, as in a page, and all three protocols over Node.js's own modules. */
const protocols: readonly Protocol[] = [
  {
    name: 'Connect over fetch, in JSON',
    ...overHttp1((baseUrl) => createFetchTransport({ baseUrl })),
  },
  {
    name: 'Connect over fetch, in binary',
    ...overHttp1((baseUrl) => createFetchTransport({ baseUrl, useBinaryFormat: true })),
  },
  { name: 'gRPC-web over fetch', ...overHttp1((baseUrl) => createGrpcWebTransport({ baseUrl })) },
  {
    name: 'gRPC-web over fetch, in JSON',
    ...overHttp1((baseUrl) => createGrpcWebTransport({ baseUrl, useBinaryFormat: false })),
  },
  { name: 'Connect over HTTP/1.1', ...overHttp1((baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })) },
  { name: 'Connect over HTTP/2', ...overHttp2((options) => createConnectTransport(options)) },
  { name: 'gRPC-web over HTTP/2', ...overHttp2((options) => createNodeGrpcWebTransport(options)) },
  { name: 'gRPC over HTTP/2', ...overHttp2((options) => createGrpcTransport(options)) },
];

/** Such protocols as ways to an emulator. */
export const connectWires: readonly Wire[] = protocols.map(({ name, isHttp2, create }) => ({
  name,
  via: 'transport',
  async connect(emulator) {
    const server = await startConnectServer(emulator.transport(), isHttp2);
    const { transport, close } = create(server.baseUrl);
    const operations = connectTransport(transport);
    const closeOperations = operations.close.bind(operations);
    return Object.assign(operations, {
      close: async () => {
        await closeOperations();
        close();
        await server.close();
      },
    });
  },
}));
