import type { CallCredentialsLike } from './call-credentials.js';
import { callByClient, isInstrumented } from './client-call.js';
import type { CancellableCall, ClientLike, MetadataLike, UnaryListener } from './grpc-js.js';
import { timeoutHeader, type Headers } from './headers.js';

/** A connection to a server. */
export interface GrpcConnection {
  /**
   * Sends one message, to which one response is expected.
   *
   * @param headers - override those of the connection itself.
   * @param remainingMs - the time until the deadline, in milliseconds, sent as `grpc-timeout`.
   * @param credentials - of this call, besides those of the channel.
   */
  send(
    path: string,
    message: Buffer,
    headers: Headers,
    remainingMs: number,
    listener: UnaryListener,
    credentials?: CallCredentialsLike,
  ): CancellableCall;
}

/**
 * A connection over the channel of a client. It does what the client's `makeUnaryRequest()` does, without creating an emitter,
 * interceptors, a stack trace and timers for each call: they cost as much as everything else here. If an instrumentation has
 * replaced that method, it is used.
 *
 * @param baseMetadata - the headers of every call, of the client's own copy of grpc-js.
 */
export function connectionOver(client: ClientLike, baseMetadata: MetadataLike): GrpcConnection {
  const channel = client.getChannel();
  return {
    send(path, message, headers, remainingMs, listener, credentials) {
      const metadata = baseMetadata.clone();
      for (const name in headers) metadata.set(name, headers[name] as string);
      // For the server. The call itself enforces the deadline, so grpc-js needs no timer of its own.
      metadata.set('grpc-timeout', timeoutHeader(remainingMs));
      if (isInstrumented(client)) return callByClient(client, path, message, metadata, listener, credentials);
      const call = channel.createCall(path, Infinity, null, null, null);
      if (credentials) call.setCredentials?.(credentials);
      call.start(metadata, listener);
      call.startRead();
      call.sendMessageWithContext({}, message);
      call.halfClose();
      return call;
    },
  };
}
