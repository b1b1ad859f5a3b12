import type * as Gax from 'google-gax';
import { throwInvalidArgument } from '../arguments.js';
import type { RpcInfo } from '../errors.js';
import type { AuthClientLike, GoogleAuthLike } from '../transports/auth-client.js';
import { credentialHeaders } from '../transports/credentials.js';
import { loadGax } from '../transports/google-gax.js';
import type { HeaderRecord, HeadersLike } from '../transports/headers.js';

/** A client of google-auth-library, a function that returns headers, or Application Default Credentials. */
export type Auth = AuthClientLike | GoogleAuthLike | (() => HeadersLike | Promise<HeadersLike>) | 'adc';

/** Gets the headers with the credentials of a call. */
export type Authenticate = (rpc: RpcInfo) => Promise<HeaderRecord>;

/**
 * Creates the step of a call that gets its credentials.
 *
 * @param origin - the service that the credentials are for.
 * @param load - loads google-gax, for 'adc'.
 * @throws TypeError if `auth` is not one of the four.
 */
export function authenticator(auth: Auth, origin: string, load: () => Promise<typeof Gax> = loadGax): Authenticate {
  const getHeaders = headerSource(auth, `${origin}/`, load);
  const subject = `${auth === 'adc' ? 'application default ' : ''}credentials for the request`;
  return (rpc) => credentialHeaders(rpc, getHeaders, subject);
}

function headerSource(
  auth: Auth,
  url: string,
  load: () => Promise<typeof Gax>,
): () => HeadersLike | Promise<HeadersLike> {
  if (auth === 'adc') return defaultCredentials(url, load);
  if (typeof auth === 'function') return auth;
  if (hasMethod(auth, 'getRequestHeaders')) return () => auth.getRequestHeaders(url);
  if (hasMethod(auth, 'getClient')) return async () => (await auth.getClient()).getRequestHeaders(url);
  const rule = "'adc', a function or a client of google-auth-library";
  throwInvalidArgument('use credentials', 'auth', rule, 'not shown');
}

/** Application Default Credentials, from google-gax, which the first call loads. */
function defaultCredentials(url: string, load: () => Promise<typeof Gax>): () => Promise<HeadersLike> {
  let client: Promise<AuthClientLike> | undefined;
  const create = async (): Promise<AuthClientLike> => {
    const { GoogleAuth } = await load();
    return new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  };
  return async () => {
    client ??= create();
    // After a failure the next call tries again.
    client.catch(() => (client = undefined));
    return (await client).getRequestHeaders(url);
  };
}

function hasMethod<N extends string>(value: unknown, method: N): value is Record<N, () => unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function'
  );
}
