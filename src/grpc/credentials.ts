import type * as Gax from 'google-gax';
import { Code } from '../status.js';
import { ConnectError, credentialsFailure } from './failure.js';
import type { AuthClientLike, GoogleAuthLike, GrpcTransportOptions, HeadersLike } from './options.js';

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * The credentials of a channel, found as google-gax finds them.
 *
 * @throws {@link ConnectFailure}
 */
export async function channelCredentials(
  gax: typeof Gax,
  options: GrpcTransportOptions,
): Promise<Gax.ChannelCredentials> {
  if (options.sslCreds !== undefined) return options.sslCreds;
  const client = options.authClient ?? (await findClient(gax, options));
  const { credentials } = gax.grpc;
  return credentials.combineChannelCredentials(
    credentials.createSsl(),
    credentials.createFromMetadataGenerator(({ service_url }, callback) => {
      requestMetadata(gax, client, service_url).then(
        (metadata) => callback(null, metadata),
        (error: unknown) => callback(credentialsFailure(error)),
      );
    }),
  );
}

async function findClient(gax: typeof Gax, options: GrpcTransportOptions): Promise<AuthClientLike> {
  const auth = options.auth ?? googleAuth(gax, options);
  try {
    const client = await auth.getClient();
    // This may ask the metadata server: never where the credentials were handed to us.
    const universe = await auth.getUniverseDomain?.();
    const { universeDomain = process.env.GOOGLE_CLOUD_UNIVERSE_DOMAIN ?? 'googleapis.com' } = options;
    if (universe === undefined || universe === universeDomain) return client;
    throw new ConnectError(
      Code.UNAUTHENTICATED,
      `The credentials are for the universe ${universe}, not for ${universeDomain}: see the option 'universeDomain'`,
    );
  } catch (error) {
    throw error instanceof ConnectError ? error : credentialsFailure(error);
  }
}

function googleAuth(gax: typeof Gax, options: GrpcTransportOptions): GoogleAuthLike {
  const { keyFilename, credentials, scopes = cloudPlatform } = options;
  const auth = new gax.GoogleAuth({
    scopes,
    ...(keyFilename !== undefined && { keyFilename }),
    ...(credentials !== undefined && { credentials }),
  });
  // As generated clients do: a service account's key signs its own tokens, without asking for one first.
  auth.useJWTAccessWithScope = true;
  return auth;
}

async function requestMetadata({ grpc }: typeof Gax, client: AuthClientLike, url: string): Promise<Gax.grpc.Metadata> {
  const metadata = new grpc.Metadata();
  const headers = await client.getRequestHeaders(url);
  if (isIterable(headers)) headers.forEach((value, name) => metadata.set(name, value));
  else for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

function isIterable(
  headers: HeadersLike,
): headers is { forEach(callback: (value: string, name: string) => void): void } {
  return typeof headers.forEach === 'function';
}
