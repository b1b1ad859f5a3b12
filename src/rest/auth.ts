import { Code } from '../status.js';
import { parseAuthError } from '../wire/auth-failure.js';
import { transportError, type RpcInfo } from './failure.js';
import { normalizeHeaders, type HeaderRecord, type HeadersLike } from './headers.js';

/**
 * A client of google-auth-library, of any version that gives headers, recognised by its methods: an `OAuth2Client`, `JWT`,
 * `Impersonated`, … , or a `GoogleAuth`. Versions up to 9 give a plain object and later ones a `Headers`.
 */
export type AuthClientLike =
  | AuthClient
  | {
      /** The client to ask. */
      getClient(): Promise<AuthClient>;
    };

/** What gives the headers that say who is asking. */
export interface AuthClient {
  /** The headers for a request to a URL. */
  getRequestHeaders(url?: string): HeadersLike | Promise<HeadersLike>;
}

/** Application Default Credentials, a client, or a function that gives the headers itself. */
export type Auth = AuthClientLike | (() => HeadersLike | Promise<HeadersLike>) | 'adc';

/** Gives the headers that say who is asking. */
export type Authenticate = (call: RpcInfo) => Promise<HeaderRecord>;

/**
 * Makes the step of a call that gets credentials.
 *
 * It rejects with a {@link RequestError}: UNAVAILABLE if the trouble may pass (the token server cannot be reached, takes
 * too long, or answers with 5xx or 429), else UNAUTHENTICATED. The error underneath is left out, its message too, for auth
 * libraries hang tokens and keys on their errors; only codes are kept.
 *
 * @param origin - whom the credentials are for.
 * @throws TypeError if `auth` is none of the three.
 */
export function authenticator(auth: Auth, origin: string): Authenticate {
  const source = headerSource(auth, `${origin}/`);
  return async (call) => {
    try {
      return normalizeHeaders(await source());
    } catch (error) {
      const { httpStatus, systemCode, isTransient } = parseAuthError(error);
      const facts = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, systemCode, oauthError(error)];
      const details = facts.filter((fact) => fact !== undefined).join(', ') || 'no details that are safe to show';
      const what = auth === 'adc' ? 'application default credentials' : 'credentials';
      throw transportError(
        call,
        isTransient ? Code.UNAVAILABLE : Code.UNAUTHENTICATED,
        `Cannot get ${what} for the request: ${details}`,
      );
    }
  };
}

function headerSource(auth: Auth, url: string): () => HeadersLike | Promise<HeadersLike> {
  if (auth === 'adc') return defaultCredentials(url);
  if (typeof auth === 'function') return auth;
  if (hasMethod(auth, 'getRequestHeaders')) return () => auth.getRequestHeaders(url);
  if (hasMethod(auth, 'getClient')) return async () => (await auth.getClient()).getRequestHeaders(url);
  throw new TypeError(
    "Cannot use credentials as 'auth' must be 'adc', a function or a client of google-auth-library: current value is not shown",
  );
}

/** Application Default Credentials, by way of google-gax, which is loaded when they are needed for the first time. */
function defaultCredentials(url: string): () => Promise<HeadersLike> {
  let client: Promise<AuthClient> | undefined;
  const load = async (): Promise<AuthClient> => {
    const { GoogleAuth } = await import('google-gax');
    return new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  };
  return async () => {
    client ??= load();
    return (await client).getRequestHeaders(url);
  };
}

function hasMethod<N extends string>(value: unknown, method: N): value is Record<N, () => unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function'
  );
}

interface AuthErrorLike {
  readonly response?: { readonly data?: { readonly error?: unknown } };
}

/** The error code of OAuth 2 (RFC 6749, 5.2), such as `invalid_grant`. */
function oauthError(error: unknown): string | undefined {
  const text = ((error ?? {}) as AuthErrorLike).response?.data?.error;
  return typeof text === 'string' && /^[a-z_]{1,40}$/.test(text) ? text : undefined;
}
