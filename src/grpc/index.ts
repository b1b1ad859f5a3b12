/**
 * The gRPC transport, on google-gax, which is loaded by the first call.
 *
 * @module longrunning/grpc
 */
import type { OperationsTransport } from '../transport.js';
import { LazyChannel, openChannel } from './channel.js';
import { checkOptions, type GrpcTransportOptions } from './options.js';
import { operationsOver } from './unary.js';

export type { AuthClientLike, GoogleAuthLike, GrpcTransportOptions, HeadersLike } from './options.js';

/**
 * Speaks to `google.longrunning.Operations` over gRPC, all five RPCs, by way of the grpc-js and the auth of google-gax,
 * which are loaded by the first call. All calls share one channel, which connects when it is needed.
 *
 * It sends one request per call: neither google-gax's retries nor its polling loop take part. Each call carries the routing
 * header of its operation (AIP-4222). WaitOperation, where no `timeoutMs` is given, has its own time limit and ten seconds
 * more, and at least a minute. What comes in `grpc-status-details-bin` is in the error's status. `close()` also gives up the
 * calls that are under way; they, and calls after it, reject with a {@link longrunning.RequestError | RequestError} of
 * code CANCELLED.
 *
 * @throws TypeError if `apiEndpoint` is no host, or a header is none.
 *
 * @example
 * ```ts
 * const client = new OperationsClient({ transport: grpcTransport({ apiEndpoint: 'speech.googleapis.com' }) });
 * ```
 *
 * @example An emulator, in plain text
 * ```ts
 * import { grpc } from 'google-gax';
 * grpcTransport({ apiEndpoint: 'localhost:9010', sslCreds: grpc.credentials.createInsecure() });
 * ```
 */
export function grpcTransport(options: GrpcTransportOptions): OperationsTransport {
  const address = checkOptions(options);
  const own = { ...options };
  const channel = new LazyChannel(() => openChannel(address, own));
  return {
    apiEndpoint: options.apiEndpoint,
    ...operationsOver(() => channel.get(), { ...options.headers }),
    close: () => {
      channel.close();
      return Promise.resolve();
    },
  };
}
