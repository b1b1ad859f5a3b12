import type { ChannelCredentials, GoogleAuthOptions } from 'google-gax';
import { checkHeaders } from './headers.js';

/** A client of google-auth-library, such as a `JWT` or an `OAuth2Client`, of any version. */
export interface AuthClientLike {
  /** The headers that carry the credentials: a `Headers`, or a plain object from versions up to 9. */
  getRequestHeaders(url?: string): Promise<HeadersLike>;
}

/** Headers as auth clients give them. */
export type HeadersLike =
  | Readonly<Record<string, string>>
  | {
      /** Calls back with each header, as that of the platform's `Headers` does. */
      forEach(callback: (value: string, name: string) => void): void;
    };

/** A `GoogleAuth` of google-auth-library. */
export interface GoogleAuthLike {
  /** The client for the credentials that it found. */
  getClient(): Promise<AuthClientLike>;
  /** The universe that the credentials are for, such as `googleapis.com`. */
  getUniverseDomain?(): Promise<string>;
}

/** Options of {@link grpcTransport}. */
export interface GrpcTransportOptions {
  /** The host that the operations live on, or `host:port`: `'speech.googleapis.com'`. The port is 443 unless given. */
  apiEndpoint: string;
  /**
   * Channel credentials, of the grpc-js that google-gax brings: `grpc.credentials.createInsecure()` for an emulator,
   * `createSsl(rootCerts)` for a certificate authority of one's own. No other credentials are looked for then, and none are
   * sent but those composed into these.
   * @defaultValue TLS, with the credentials of the options below on every call.
   */
  sslCreds?: ChannelCredentials | undefined;
  /** An auth client to use as it is. */
  authClient?: AuthClientLike | undefined;
  /** Finds the credentials; made of the options below unless given. */
  auth?: GoogleAuthLike | undefined;
  /** The path of a key file. Without this and `credentials`, Application Default Credentials are used. */
  keyFilename?: string | undefined;
  /** What a key file would say. */
  credentials?: GoogleAuthOptions['credentials'] | undefined;
  /**
   * The scopes to ask for.
   * @defaultValue `https://www.googleapis.com/auth/cloud-platform`
   */
  scopes?: string | string[] | undefined;
  /**
   * The universe that the credentials must be for, so that those of another never leave for this one.
   * @defaultValue the environment's `GOOGLE_CLOUD_UNIVERSE_DOMAIN`, or `googleapis.com`
   */
  universeDomain?: string | undefined;
  /** Headers (gRPC metadata) of every call. They are not logged and show in no error. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Channel options of grpc-js, such as `{ 'grpc.keepalive_time_ms': 300000 }`.
   * @defaultValue messages of any length; the first reconnection after a second; grpc-js's own for the rest, so no keepalive
   * pings, which many servers punish when they come more often than every five minutes.
   */
  grpcOptions?: Readonly<Record<string, string | number>> | undefined;
}

/**
 * Checks the options that are ours to check.
 *
 * @returns the address to connect to.
 * @throws TypeError
 */
export function checkOptions(options: GrpcTransportOptions): string {
  const action = 'create a gRPC transport';
  checkHeaders(action, options.headers ?? {});
  const apiEndpoint: unknown = options.apiEndpoint;
  const match = typeof apiEndpoint === 'string' ? /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(apiEndpoint) : null;
  const [, host = '', port = '443'] = match ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) {
    throw new TypeError(
      `Cannot ${action} as 'apiEndpoint' must be a host or host:port without a scheme or path: current value is ${JSON.stringify(apiEndpoint)}`,
    );
  }
  return `${host}:${port}`;
}
