import type { GrpcStatus } from '../grpc/failure.js';
import type { GrpcConnection } from '../grpc/unary.js';

/** What is needed of grpc-js metadata. */
interface Metadata {
  set(key: string, value: string): void;
}

/** What is needed of grpc-js's `InterceptingCall`. */
interface InterceptingCall {
  start(metadata: Metadata, ...rest: readonly unknown[]): void;
}

type Interceptor = (options: object, nextCall: (options: object) => InterceptingCall) => InterceptingCall;

/** What is needed of a client of grpc-js, of whichever copy a generated client brings along. */
export interface GrpcStub {
  makeUnaryRequest(...call: readonly unknown[]): {
    cancel(): void;
    on?(event: 'metadata', listener: () => void): unknown;
  };
  getChannel(): { getTarget(): string };
}

/** Whether the stub of an operations client is a client of grpc-js. */
export function isGrpcStub(stub: object): stub is GrpcStub {
  return 'makeUnaryRequest' in stub && typeof stub.makeUnaryRequest === 'function';
}

/** The host and port that a stub is for. */
export function hostOf(stub: GrpcStub): string {
  // The target is a URI such as dns:speech.googleapis.com:443.
  return stub
    .getChannel()
    .getTarget()
    .replace(/^dns:(?:\/\/[^/]*\/)?/, '');
}

/**
 * A connection over a generated client's own stub, and so over its channel and credentials.
 *
 * grpc-js takes metadata of its own class only, and the class of that very copy is not to be had from a stub. An
 * interceptor is handed an instance: so the headers are collected here and set there.
 */
export function connectionFromStub(stub: GrpcStub): GrpcConnection {
  return {
    send(path, message, headers, leftMs, listener) {
      const options = { deadline: Date.now() + leftMs, interceptors: [setHeaders(headers)] };
      const call = stub.makeUnaryRequest(
        path,
        identity,
        identity,
        message,
        options,
        (error: GrpcStatus | null, answer?: Buffer) => {
          if (answer) listener.onReceiveMessage(answer);
          listener.onReceiveStatus(error ?? okStatus);
        },
      );
      call.on?.('metadata', () => listener.onReceiveMetadata());
      return { cancelWithStatus: () => call.cancel() };
    },
  };
}

const identity = (bytes: Buffer): Buffer => bytes;
const okStatus = { code: 0, details: '' };

function setHeaders(headers: Readonly<Record<string, string>>): Interceptor {
  return (options, nextCall) => {
    const call = nextCall(options);
    const start = call.start.bind(call);
    call.start = (metadata, ...rest) => {
      for (const name in headers) metadata.set(name, headers[name] as string);
      start(metadata, ...rest);
    };
    return call;
  };
}
