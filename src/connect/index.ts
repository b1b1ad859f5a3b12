/**
 * A transport over the transports of Connect (`@connectrpc/connect`): the Connect protocol, gRPC-web and gRPC. Imports
 * `@bufbuild/protobuf`, which Connect requires too; both are optional peer dependencies.
 *
 * @module longrunning/connect
 */
export { connectTransport } from './connect-transport.js';
export type { ConnectTransportOptions } from './options.js';
export type { ConnectHeadersLike, ConnectResponseLike, ConnectTransportLike } from './types.js';
