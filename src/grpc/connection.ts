import type { GrpcStatus } from '../transports/grpc-status.js';
import { timeoutHeader, type Headers } from './headers.js';

/** A connection to a server. */
export interface GrpcConnection {
  /**
   * Sends one message, to which one response is expected.
   *
   * @param headers - override those of the connection itself.
   * @param remainingMs - the time until the deadline, in milliseconds, sent as `grpc-timeout`.
   */
  send(path: string, message: Buffer, headers: Headers, remainingMs: number, listener: UnaryListener): CancellableCall;
}

/** The part of a call of grpc-js that is used after sending. */
export interface CancellableCall {
  cancelWithStatus(code: number, details: string): void;
}

/** Receives the response; method names as in grpc-js. */
export interface UnaryListener {
  onReceiveMetadata(): void;
  onReceiveMessage(message: Buffer): void;
  /** Called last. */
  onReceiveStatus(status: GrpcStatus): void;
}

/** The part of grpc-js's `Metadata` that is used. */
export interface MetadataLike {
  clone(): MetadataLike;
  set(name: string, value: string): void;
}

/** The part of grpc-js's `Channel` that is used, of any copy and version. */
export interface ChannelLike {
  createCall(path: string, deadline: number, host: null, parentCall: null, propagateFlags: null): ChannelCall;
}

interface ChannelCall extends CancellableCall {
  start(metadata: MetadataLike, listener: UnaryListener): void;
  startRead(): void;
  sendMessageWithContext(context: object, message: Buffer): void;
  halfClose(): void;
}

/**
 * A connection over a channel. It does what the `makeUnaryRequest()` of a grpc-js client does, without creating an emitter,
 * interceptors, a stack trace and timers for each call: they cost as much as everything else here.
 *
 * @param baseMetadata - the headers of every call, of the channel's own copy of grpc-js.
 */
export function connectionOver(channel: ChannelLike, baseMetadata: MetadataLike): GrpcConnection {
  return {
    send(path, message, headers, remainingMs, listener) {
      const metadata = baseMetadata.clone();
      for (const name in headers) metadata.set(name, headers[name] as string);
      // For the server. The call itself enforces the deadline, so grpc-js needs no timer of its own.
      metadata.set('grpc-timeout', timeoutHeader(remainingMs));
      const call = channel.createCall(path, Infinity, null, null, null);
      call.start(metadata, listener);
      call.startRead();
      call.sendMessageWithContext({}, message);
      call.halfClose();
      return call;
    },
  };
}
