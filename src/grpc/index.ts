/**
 * The gRPC transport, on google-gax, which the first call loads.
 *
 * @module longrunning/grpc
 */
import type { OperationsTransport } from '../transport.js';
import { CallScope } from '../transports/call-scope.js';
import { isGoogleHost } from '../transports/routing-header.js';
import { openChannel } from './channel.js';
import { LazyChannel } from './lazy-channel.js';
import { checkOptions, type GrpcTransportOptions } from './options.js';
import { operationsOver } from './unary.js';

export type { AuthClientLike, GoogleAuthLike } from '../transports/auth-client.js';
export type { HeadersLike } from '../transports/headers.js';
export type { ChannelCredentialsLike, GrpcTransportOptions } from './options.js';

/**
 * Creates a transport over gRPC with all five RPCs of `google.longrunning.Operations`. It uses the grpc-js and the auth of
 * google-gax, which the first call loads. All calls share one channel, which connects when it is needed. A connection that
 * has gone silent is replaced after the first call that reaches its deadline, or is aborted after a second, without a byte
 * from the server.
 *
 * It sends one request per call, without google-gax's retries and polling. Each call to a host of
 * Google carries the routing header of its operation (AIP-4222). The default deadline of a call is 60 s; that of WaitOperation is its own time limit plus 10 s, and at
 * least 60 s. The details in `grpc-status-details-bin` are in the error's status. `close()` cancels the running calls; they,
 * and later calls, reject with a {@link longrunning.RequestError | RequestError} of code CANCELLED.
 *
 * @throws TypeError if `apiEndpoint` is not a host, or a header is invalid.
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
  const ownOptions = { ...options };
  const hasRoutingHeader = options.routingHeader ?? isGoogleHost(address);
  const scope = new CallScope();
  const channel = new LazyChannel(() => openChannel(address, ownOptions));
  return {
    apiEndpoint: options.apiEndpoint,
    ...operationsOver(scope, () => channel.get(), { ...options.headers }, hasRoutingHeader),
    describeRequest: () => ({ protocol: 'grpc' }),
    close: () => {
      scope.close();
      channel.close();
      return Promise.resolve();
    },
  };
}
