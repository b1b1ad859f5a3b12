import { assertArgument, assertKnownOptions, throwInvalidArgument, type OptionNames } from '../arguments.js';
import type { AuthClientLike, GoogleAuthLike } from '../transports/auth-client.js';
import { shownEndpoint } from '../transports/endpoint.js';
import { checkHeaders } from './headers.js';

/**
 * Channel credentials of grpc-js, of any version. A type of its own, so that this package's types need those of no other.
 */
export interface ChannelCredentialsLike {
  /** Adds credentials of each call. */
  compose(callCredentials: never): unknown;
}

/** Options of {@link grpcTransport}. */
export interface GrpcTransportOptions {
  /** The host of the operations, or `host:port`: `'speech.googleapis.com'`. The default port is 443. */
  apiEndpoint: string;
  /**
   * Channel credentials, of the grpc-js that google-gax brings: `grpc.credentials.createInsecure()` for an emulator,
   * `createSsl(rootCerts)` for a certificate authority of your own. No other credentials are then searched for or sent,
   * except those composed into these.
   * @defaultValue TLS, with the credentials of the options below on every call
   */
  sslCreds?: ChannelCredentialsLike | undefined;
  /**
   * An auth client, used as it is. If the service does not accept its credentials (UNAUTHENTICATED), its
   * `getRequestHeaders()` is called once more. If it returns others, the request is sent again.
   */
  authClient?: AuthClientLike | undefined;
  /**
   * Finds the credentials.
   * @defaultValue a `GoogleAuth` with the options below
   */
  auth?: GoogleAuthLike | undefined;
  /** The path of a key file. Without this and `credentials`, Application Default Credentials are used. */
  keyFilename?: string | undefined;
  /** The contents of a key file. */
  credentials?: object | undefined;
  /**
   * The scopes to request.
   * @defaultValue `https://www.googleapis.com/auth/cloud-platform`
   */
  scopes?: string | string[] | undefined;
  /**
   * The universe that the credentials must be for. Credentials of another universe are not sent.
   * @defaultValue the environment's `GOOGLE_CLOUD_UNIVERSE_DOMAIN`, or `googleapis.com`
   */
  universeDomain?: string | undefined;
  /** Headers (gRPC metadata) of every call. They are not logged and appear in no error. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether requests carry `x-goog-request-params: name=…`, by which Google's front ends route them (AIP-4222).
   * @defaultValue true for a host under `googleapis.com`
   */
  routingHeader?: boolean | undefined;
  /**
   * Channel options of grpc-js, such as `{ 'grpc.keepalive_time_ms': 300000 }`.
   * @defaultValue messages of any length; the first reconnection after a second, later ones at most 10 s apart
   * (`grpc.max_reconnect_backoff_ms`); a connection of this transport's own (`grpc.use_local_subchannel_pool`). Otherwise
   * grpc-js's own defaults, so no keepalive pings: many servers close connections that ping more often than every five
   * minutes
   */
  grpcOptions?: Readonly<Record<string, string | number>> | undefined;
}

const optionNames: OptionNames<GrpcTransportOptions> = {
  routingHeader: true,
  apiEndpoint: true,
  sslCreds: true,
  authClient: true,
  auth: true,
  keyFilename: true,
  credentials: true,
  scopes: true,
  universeDomain: true,
  headers: true,
  grpcOptions: true,
};

/**
 * Checks the options, except those that grpc-js checks.
 *
 * @returns the address to connect to.
 * @throws TypeError if an option is invalid.
 */
export function checkOptions(options: GrpcTransportOptions): string {
  const action = 'create a gRPC transport';
  assertKnownOptions(action, options, optionNames);
  checkHeaders(action, options.headers ?? {});
  const { apiEndpoint, routingHeader = false }: { apiEndpoint: unknown; routingHeader?: unknown } = options;
  assertArgument(typeof routingHeader === 'boolean', action, 'routingHeader', 'a boolean', routingHeader);
  const match = typeof apiEndpoint === 'string' ? /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(apiEndpoint) : null;
  const [, host = '', port = '443'] = match ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) {
    const rule = 'a host or host:port without a scheme or path';
    throwInvalidArgument(action, 'apiEndpoint', rule, shownEndpoint(apiEndpoint));
  }
  return `${host}:${port}`;
}
