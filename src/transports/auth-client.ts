import type { HeadersLike } from './headers.js';

/** A client of google-auth-library, of any version: an `OAuth2Client`, a `JWT`, an `Impersonated`, … */
export interface AuthClientLike {
  /** The headers with the credentials for a request to a URL: a `Headers`, or a plain object (versions up to 9). */
  getRequestHeaders(url?: string): HeadersLike | Promise<HeadersLike>;
}

/** A `GoogleAuth` of google-auth-library, of any version. */
export interface GoogleAuthLike {
  /** The client for the credentials that were found. */
  getClient(): Promise<AuthClientLike>;
  /** The universe of the credentials, such as `googleapis.com`. */
  getUniverseDomain?(): Promise<string>;
}
