/** Where requests go. */
export interface Endpoint {
  /** Scheme, host and port, such as `https://speech.googleapis.com`. */
  readonly origin: string;
  /** Host and port, such as `speech.googleapis.com` or `127.0.0.1:8080`. */
  readonly host: string;
  /** Whether what is sent can be read on the way: plain HTTP to a host that is not this one. */
  readonly isPlaintext: boolean;
}

/**
 * Reads an `apiEndpoint`: a host, `host:port`, or an origin. TLS, unless it begins with `http://`.
 *
 * @throws TypeError if it is something else.
 */
export function parseEndpoint(apiEndpoint: unknown): Endpoint {
  const url =
    typeof apiEndpoint === 'string'
      ? parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(apiEndpoint) ? apiEndpoint : `https://${apiEndpoint}`)
      : undefined;
  // Not so with a user, a path, a query, a fragment, or a scheme that has no origin.
  if (url?.href !== `${url?.origin}/` || !/^https?:$/.test(url.protocol)) {
    const text = String(apiEndpoint);
    const shown = text.includes('@') ? 'not shown, it has an @' : `'${text}'`; // might be a password
    throw new TypeError(
      `Cannot use an endpoint as 'apiEndpoint' must be a host, host:port or an http(s) origin: current value is ${shown}`,
    );
  }
  const loopback = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return { origin: url.origin, host: url.host, isPlaintext: url.protocol === 'http:' && !loopback };
}

/** A URL, or undefined where the text is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
