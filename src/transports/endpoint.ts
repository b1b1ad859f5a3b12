import { throwInvalidArgument } from '../arguments.js';
import type { HeaderRecord } from './headers.js';
import { isCredential } from './secrets.js';

/** The address that requests are sent to. */
export interface Endpoint {
  /** Scheme, host and port, such as `https://speech.googleapis.com`. */
  readonly origin: string;
  /** Host and port, such as `speech.googleapis.com` or `127.0.0.1:8080`. */
  readonly host: string;
  /** Whether requests can be read in transit: plain HTTP to another machine. */
  readonly isPlaintext: boolean;
}

/**
 * Parses an `apiEndpoint`: a host, `host:port`, or an origin. TLS is used unless it begins with `http://`.
 *
 * @throws TypeError if it is none of them.
 */
export function parseEndpoint(apiEndpoint: unknown): Endpoint {
  const url =
    typeof apiEndpoint === 'string'
      ? parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(apiEndpoint) ? apiEndpoint : `https://${apiEndpoint}`)
      : undefined;
  // False with a user, a path, a query, a fragment, or a scheme that has no origin.
  if (url?.href !== `${url?.origin}/` || !/^https?:$/.test(url.protocol)) {
    const rule = 'a host, host:port or an http(s) origin';
    throwInvalidArgument('use an endpoint', 'apiEndpoint', rule, shownEndpoint(apiEndpoint));
  }
  const loopback = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return { origin: url.origin, host: url.host, isPlaintext: url.protocol === 'http:' && !loopback };
}

/**
 * An invalid endpoint or path for the message of an error. Nothing from `?`, `#`, `;` or `&` on is shown, which may be a
 * key, and nothing of a text with an `@`, which may have a password.
 */
export function shownEndpoint(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return value;
  const text = String(value);
  if (/@|%40/.test(text)) return 'not shown, it has an @';
  const [shown = ''] = text.split(/[?#;&]|%3f|%23/i);
  return shown === text ? `'${text}'` : `'${shown}', and more that is not shown`;
}

/** Parses a URL; undefined if the text is not one. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/**
 * Checks that no credentials can be read in transit.
 *
 * @param hasAuth - whether requests carry credentials besides these headers.
 * @throws TypeError if the endpoint is plain HTTP to another machine and there are credentials.
 */
export function assertNotExposed(endpoint: Endpoint, headers: HeaderRecord, hasAuth = false): void {
  const name = Object.keys(headers).find(isCredential);
  if (!endpoint.isPlaintext || !(hasAuth || name !== undefined)) return;
  const credential = hasAuth ? "'auth'" : `header '${name}'`;
  const rule = `HTTPS, or HTTP to this machine, where ${credential} is given`;
  throwInvalidArgument('request', 'apiEndpoint', rule, `'${endpoint.origin}'`);
}
