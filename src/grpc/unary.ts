import type { CallOptions, OperationsMethod, OperationsTransport } from '../transport.js';
import type { CallOwner } from '../transports/active-call.js';
import {
  decodeListResponse,
  decodeOperation,
  encodeListRequest,
  encodeNameRequest,
  encodeWaitRequest,
} from '../wire/messages.js';
import { unary, type ConnectionProvider, type NamedRequest, type UnaryMethod } from './call.js';
import type { Headers } from './headers.js';

/** The five RPCs of a transport. */
export type Operations = Required<Omit<OperationsTransport, 'apiEndpoint' | 'describeRequest' | 'onReturn' | 'close'>>;

/** The five RPCs of `google.longrunning.Operations`. */
export const methods = {
  getOperation: defineMethod('GetOperation', encodeNameRequest, decodeOperation),
  listOperations: defineMethod('ListOperations', encodeListRequest, decodeListResponse),
  cancelOperation: defineMethod('CancelOperation', encodeNameRequest, decodeEmpty),
  deleteOperation: defineMethod('DeleteOperation', encodeNameRequest, decodeEmpty),
  waitOperation: defineMethod('WaitOperation', encodeWaitRequest, decodeOperation),
};

/**
 * The RPCs of a transport over a connection.
 *
 * @param scope - the calls of the transport, and whether it is closed.
 * @param connect - returns the connection, or a promise of it; called before each RPC. If it fails with an error that is not
 * this package's, the call fails as one without credentials.
 * @param headers - sent with every call; overridden by those of a call.
 * @param hasRoutingHeader - whether calls carry the header by which Google routes them.
 */
export function operationsOver(
  scope: CallOwner,
  connect: ConnectionProvider,
  headers: Headers = {},
  hasRoutingHeader = true,
): Operations {
  const call =
    <Request extends NamedRequest, Response>(method: UnaryMethod<Request, Response>) =>
    (request: Request, options: CallOptions) =>
      unary(scope, connect, method, request, options, headers, hasRoutingHeader);
  return {
    getOperation: call(methods.getOperation),
    listOperations: call(methods.listOperations),
    cancelOperation: call(methods.cancelOperation),
    deleteOperation: call(methods.deleteOperation),
    waitOperation: call(methods.waitOperation),
  };
}

function defineMethod<Request extends NamedRequest, Response>(
  name: OperationsMethod,
  encode: (request: Request) => Uint8Array,
  decode: (bytes: Uint8Array) => Response,
): UnaryMethod<Request, Response> {
  return { name, path: `/google.longrunning.Operations/${name}`, encode, decode };
}

/** Decodes `google.protobuf.Empty`, which has no fields. */
function decodeEmpty(): void {
  return undefined;
}
