import type { GrpcStatus, ReceivedMetadata } from '../transports/grpc-status.js';
import type { HeaderRecord } from '../transports/headers.js';

// The parts of grpc-js that are used, of any copy and version.

/** The part of grpc-js's `Client` that is used, of any copy and version. */
export interface ClientLike {
  makeUnaryRequest(...call: readonly unknown[]): unknown;
  getChannel(): ChannelLike;
}

/** The part of grpc-js's `Channel` that is used, of any copy and version. */
export interface ChannelLike {
  createCall(path: string, deadline: number, host: null, parentCall: null, propagateFlags: null): ChannelCall;
}

interface ChannelCall extends CancellableCall {
  setCredentials?(credentials: object): void;
  start(metadata: MetadataLike, listener: UnaryListener): void;
  startRead(): void;
  sendMessageWithContext(context: object, message: Buffer): void;
  halfClose(): void;
}

/** The part of a call of grpc-js that is used after sending. */
export interface CancellableCall {
  cancelWithStatus(code: number, details: string): void;
}

/** Receives the response; method names as in grpc-js. */
export interface UnaryListener {
  /** Called with the credentials before they are sent, if they are of this package's options. */
  onCredentials?(headers: HeaderRecord, url: string): void;
  /** Called with the response headers. */
  onReceiveMetadata(headers: ReceivedMetadata): void;
  onReceiveMessage(message: Buffer): void;
  /** Called last. */
  onReceiveStatus(status: GrpcStatus): void;
}

/** The part of grpc-js's `Metadata` that is used. */
export interface MetadataLike {
  clone(): MetadataLike;
  set(name: string, value: string): void;
}
