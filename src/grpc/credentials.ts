import type * as Gax from 'google-gax';
import { Code } from '../status.js';
import type { AuthClientLike, GoogleAuthLike } from '../transports/auth-client.js';
import { CallCredentials } from './call-credentials.js';
import { ConnectError, credentialsError } from './connect-error.js';
import type { GrpcTransportOptions } from './options.js';

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/** What authorizes a channel. */
export interface ChannelAuth {
  readonly channel: Gax.ChannelCredentials;
  /** Undefined if the caller's channel credentials are all. */
  readonly calls: CallCredentials | undefined;
}

/**
 * Finds the credentials of a channel and its calls, as google-gax does.
 *
 * @throws {@link ConnectError} if there are none.
 */
export async function findCredentials(gax: typeof Gax, options: GrpcTransportOptions): Promise<ChannelAuth> {
  const { sslCreds } = options;
  if (sslCreds !== undefined) return { channel: sslCreds as object as Gax.ChannelCredentials, calls: undefined };
  const client = options.authClient ?? (await findClient(gax, options));
  return { channel: gax.grpc.credentials.createSsl(), calls: new CallCredentials(gax, client) };
}

async function findClient(gax: typeof Gax, options: GrpcTransportOptions): Promise<AuthClientLike> {
  const auth = options.auth ?? googleAuth(gax, options);
  try {
    const client = await auth.getClient();
    // This may query the metadata server, so it is not done if the caller passed an auth client.
    const universe = await auth.getUniverseDomain?.();
    const { universeDomain = process.env.GOOGLE_CLOUD_UNIVERSE_DOMAIN ?? 'googleapis.com' } = options;
    if (universe === undefined || universe === universeDomain) return client;
    throw new ConnectError(
      Code.UNAUTHENTICATED,
      `The credentials are for the universe ${universe}, not for ${universeDomain}: see the option 'universeDomain'`,
    );
  } catch (error) {
    throw error instanceof ConnectError ? error : credentialsError(error);
  }
}

function googleAuth(gax: typeof Gax, options: GrpcTransportOptions): GoogleAuthLike {
  const { keyFilename, credentials, scopes = cloudPlatform } = options;
  const auth = new gax.GoogleAuth({ scopes });
  // Not by the constructor, which prints a deprecation warning from google-auth-library 11 on (google-gax 6).
  Object.assign(auth, { ...(keyFilename && { keyFilename }), ...(credentials && { jsonContent: credentials }) });
  // As in generated clients: a service account's key signs its own tokens, without a token request.
  auth.useJWTAccessWithScope = true;
  return auth;
}
