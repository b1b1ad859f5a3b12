import { ConnectError } from '../grpc/connect-error.js';
import { callUninstrumented } from '../grpc/client-call.js';
import { connectionOver, type GrpcConnection } from '../grpc/connection.js';
import type { ChannelLike, ClientLike, MetadataLike } from '../grpc/grpc-js.js';
import { Code } from '../status.js';

/** The part of a grpc-js client that is used, of whichever copy a generated client brings. */
export interface GrpcStub extends ClientLike {
  getChannel(): ChannelLike & { getTarget(): string };
}

/** Whether the stub of an operations client is a client of grpc-js. */
export function isGrpcStub(stub: object): stub is GrpcStub {
  return 'makeUnaryRequest' in stub && typeof stub.makeUnaryRequest === 'function';
}

/** The host and port that a stub sends to. */
export function hostOf(stub: GrpcStub): string {
  // The target is a URI such as dns:speech.googleapis.com:443.
  return stub
    .getChannel()
    .getTarget()
    .replace(/^dns:(?:\/\/[^/]*\/)?/, '');
}

/** A connection over the channel of a generated client's stub, with its credentials. */
export function connectionFromStub(stub: GrpcStub): GrpcConnection {
  return connectionOver(stub, emptyMetadata(stub));
}

/**
 * An empty `Metadata` of the stub's own copy of grpc-js, which accepts no other. A stub does not expose the class, but
 * passes an instance to interceptors. This one does not forward the call, so nothing is sent.
 */
function emptyMetadata(stub: GrpcStub): MetadataLike {
  let empty: MetadataLike | undefined;
  const unsentCall = {
    start: (metadata: MetadataLike) => (empty = metadata),
    sendMessage: () => undefined,
    halfClose: () => undefined,
  };
  const encode = (): Uint8Array => new Uint8Array(0);
  callUninstrumented(stub, '/', encode, encode, {}, { interceptors: [() => unsentCall] }, () => undefined);
  if (!empty) throw new ConnectError(Code.FAILED_PRECONDITION, 'the client of grpc-js does not call interceptors');
  return empty;
}
