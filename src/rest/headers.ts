import type { Endpoint } from './endpoint.js';

/** Headers by their names in lower case. */
export type HeaderRecord = Readonly<Record<string, string>>;

/** Headers as auth libraries give them: a plain object, or one with a `forEach` like the platform's `Headers`. */
export type HeadersLike =
  | Readonly<Record<string, string | undefined>>
  | {
      /** Calls back with each header. */
      forEach(callback: (value: string, name: string) => void): void;
    };

/**
 * Headers with lower-case names, checked.
 *
 * @throws TypeError that names a header which cannot be sent. It does not show the value, which may be a credential.
 */
export function normalizeHeaders(input: HeadersLike): HeaderRecord {
  const headers: Record<string, string> = {};
  const add = (value: string | undefined, name: string): void => {
    if (value === undefined) return;
    const key = name.toLowerCase();
    if (!isHeader(key, value)) {
      throw new TypeError(`Cannot request as header '${name}' must be a valid HTTP header: current value is not shown`);
    }
    headers[key] = value;
  };
  if (isIterable(input)) input.forEach(add);
  else Object.entries(input).forEach(([name, value]) => add(value, name));
  return headers;
}

/** Whether the name of a header, in lower case, tells that its value is a credential. */
export function isCredential(name: string): boolean {
  return /^(?:proxy-)?authorization$|^cookie$|^x-(?:goog-.*)?(?:api-)?key$|-(?:token|secret)$/.test(name);
}

/**
 * Refuses to send credentials where they could be read on the way.
 *
 * @throws TypeError
 */
export function assertNotExposed(endpoint: Endpoint, headers: HeaderRecord, auth = false): void {
  const name = Object.keys(headers).find(isCredential);
  if (!endpoint.isPlaintext || !(auth || name !== undefined)) return;
  const what = auth ? "'auth' is given" : `header '${name}' is given`;
  throw new TypeError(
    `Cannot request as 'apiEndpoint' must not be plain HTTP to another machine where ${what}: current value is '${endpoint.origin}'`,
  );
}

function isHeader(name: string, value: unknown): boolean {
  // What a header may hold (RFC 9110, 5.1 and 5.5), in the range that fetch takes.
  return (
    /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
  );
}

function isIterable(input: HeadersLike): input is { forEach(callback: (value: string, name: string) => void): void } {
  return typeof input.forEach === 'function';
}
