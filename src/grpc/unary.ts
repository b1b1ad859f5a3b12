import type { OperationsMethod, OperationsTransport } from '../transport.js';
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
export type Operations = Required<Omit<OperationsTransport, 'apiEndpoint' | 'close'>>;

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
 */
export function operationsOver(scope: CallOwner, connect: ConnectionProvider, headers: Headers = {}): Operations {
  const { getOperation, listOperations, cancelOperation, deleteOperation, waitOperation } = methods;
  return {
    getOperation: (request, options) => unary(scope, connect, getOperation, request, options, headers),
    listOperations: (request, options) => unary(scope, connect, listOperations, request, options, headers),
    cancelOperation: (request, options) => unary(scope, connect, cancelOperation, request, options, headers),
    deleteOperation: (request, options) => unary(scope, connect, deleteOperation, request, options, headers),
    waitOperation: (request, options) => unary(scope, connect, waitOperation, request, options, headers),
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
