import type { GrpcStatus, ReceivedMetadata } from '../transports/grpc-status.js';
import type { CallCredentialsLike } from './call-credentials.js';
import type { CancellableCall, ClientLike, MetadataLike, UnaryListener } from './grpc-js.js';

/** The part of a call of a client that is used. */
interface ClientCall {
  on(event: 'metadata', listener: (headers: ReceivedMetadata) => void): this;
  on(event: 'status', listener: (status: GrpcStatus) => void): this;
  cancel(): void;
  /** The call by which a code can be given. */
  readonly call?: CancellableCall | null;
}

type UnaryMethod = ClientLike['makeUnaryRequest'];

/** A function as OpenTelemetry's instrumentations mark it when they replace it. */
interface Replaceable {
  readonly __wrapped?: boolean;
  readonly __original?: UnaryMethod;
}

/** Whether an instrumentation of OpenTelemetry, such as that of grpc-js, has a span for each call of a client. */
export function isInstrumented(client: ClientLike): boolean {
  return (client as { makeUnaryRequest: Replaceable }).makeUnaryRequest.__wrapped === true;
}

/** A call of a client that instrumentations do not see. */
export function callUninstrumented(client: ClientLike, ...call: unknown[]): void {
  const { makeUnaryRequest } = client as { makeUnaryRequest: Replaceable & UnaryMethod };
  (makeUnaryRequest.__original ?? makeUnaryRequest).apply(client, call);
}

/** Makes a call by the client itself, not by its channel, so that instrumentations see it. */
export function callByClient(
  client: ClientLike,
  path: string,
  message: Buffer,
  metadata: MetadataLike,
  listener: UnaryListener,
  credentials?: CallCredentialsLike,
): CancellableCall {
  const onResponse = (_: unknown, response?: Buffer): void => {
    if (response) listener.onReceiveMessage(response);
  };
  const options = credentials ? { credentials } : {};
  const call = client.makeUnaryRequest(path, same, same, message, metadata, options, onResponse) as ClientCall;
  call.on('metadata', (headers) => listener.onReceiveMetadata(headers));
  // After the response.
  call.on('status', (status) => listener.onReceiveStatus(status));
  return {
    cancelWithStatus(code, details) {
      if (call.call) call.call.cancelWithStatus(code, details);
      else call.cancel();
    },
  };
}

/** Messages are bytes already. */
function same(bytes: Buffer): Buffer {
  return bytes;
}
