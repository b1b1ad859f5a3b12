import type { OperationsTransport } from '../transport.js';
import {
  decodeListResponse,
  decodeOperation,
  encodeListRequest,
  encodeNameRequest,
  encodeWaitRequest,
} from '../wire/messages.js';
import { unary, type ConnectionProvider, type NamedRequest, type UnaryMethod } from './call.js';
import type { Headers } from './headers.js';

export { unary, type UnaryMethod } from './call.js';
export type { GrpcConnection } from './connection.js';

/** The five RPCs of `google.longrunning.Operations`. */
export const methods = {
  getOperation: defineMethod('GetOperation', encodeNameRequest, decodeOperation),
  listOperations: defineMethod('ListOperations', encodeListRequest, decodeListResponse),
  cancelOperation: defineMethod('CancelOperation', encodeNameRequest, decodeEmpty),
  deleteOperation: defineMethod('DeleteOperation', encodeNameRequest, decodeEmpty),
  waitOperation: defineMethod('WaitOperation', encodeWaitRequest, decodeOperation),
};

/**
 * The methods of a transport over a connection.
 *
 * @param connect - gives the connection, or a promise of it, and is asked before each call. If it rejects with an error that
 * is none of this package's, the call fails for want of credentials.
 * @param headers - go with every call; those of a call win over them.
 */
export function operationsOver(
  connect: ConnectionProvider,
  headers: Headers = {},
): Required<Omit<OperationsTransport, 'apiEndpoint' | 'close'>> {
  const { getOperation, listOperations, cancelOperation, deleteOperation, waitOperation } = methods;
  return {
    getOperation: (request, options) => unary(connect, getOperation, request, options, headers),
    listOperations: (request, options) => unary(connect, listOperations, request, options, headers),
    cancelOperation: (request, options) => unary(connect, cancelOperation, request, options, headers),
    deleteOperation: (request, options) => unary(connect, deleteOperation, request, options, headers),
    waitOperation: (request, options) => unary(connect, waitOperation, request, options, headers),
  };
}

function defineMethod<Request extends NamedRequest, Response>(
  name: string,
  encode: (request: Request) => Uint8Array,
  decode: (bytes: Uint8Array) => Response,
): UnaryMethod<Request, Response> {
  return { name, path: `/google.longrunning.Operations/${name}`, encode, decode };
}

/** `google.protobuf.Empty`: whatever is in it is unknown fields. */
function decodeEmpty(): void {
  return undefined;
}
