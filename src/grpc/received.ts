import { Code } from '../status.js';
import { statusFromGrpcHeaders } from '../transports/grpc-headers.js';
import type { GrpcStatus, ReceivedMetadata } from '../transports/grpc-status.js';
import type { ReceivedHeaders } from '../transports/retry-after.js';

/** The texts in the trailers and the headers of a response. */
export function textsIn(...received: (ReceivedMetadata | undefined)[]): ReceivedHeaders {
  return {
    get: (name) => {
      const values = received.flatMap((metadata) => metadata?.get(name) ?? []);
      return values.find((value) => typeof value === 'string') ?? null;
    },
  };
}

/**
 * The status of a call, from the response headers if they have it. Some proxies, such as nghttpx, and servers on Node.js's
 * `http2` end a response that has nothing but headers with an empty frame of data. grpc-js does not take them for trailers then.
 */
export function withStatusInHeaders(status: GrpcStatus, headers: ReceivedMetadata | undefined): GrpcStatus {
  const isUnsaid = status.code === Code.INTERNAL && /^Received RST_STREAM with code 0\b/.test(status.details);
  const inHeaders = isUnsaid ? statusFromGrpcHeaders(textsIn(headers)) : undefined;
  return inHeaders ? { code: inHeaders.code, details: inHeaders.message, metadata: headers } : status;
}
