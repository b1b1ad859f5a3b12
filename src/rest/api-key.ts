import { assertArgument } from '../arguments.js';
import { credentialHeaders } from '../transports/credentials.js';
import { InvalidHeaders, type HeaderRecord } from '../transports/headers.js';
import type { Authenticate } from './auth.js';

/** An API key, or a function that returns it. */
export type ApiKey = string | (() => string | Promise<string>);

const header = 'x-goog-api-key';

/** The header of a key for the checks of headers; without the key itself. */
export const apiKeyHeader: HeaderRecord = { [header]: '' };

/**
 * Creates the step of a call that gets its API key. The key is sent as a header, since a URL is stored in logs.
 *
 * @throws TypeError if it is neither a key nor a function. It does not show the value.
 */
export function apiKeyAuthenticator(apiKey: ApiKey): Authenticate {
  const isValid = typeof apiKey === 'function' || isKey(apiKey);
  const rule = 'an API key (printable ASCII characters without white space), or a function that returns it';
  assertArgument(isValid, 'create a REST transport', 'apiKey', rule, 'not shown');
  const getHeaders = async (): Promise<HeaderRecord> => {
    const key: unknown = typeof apiKey === 'function' ? await apiKey() : apiKey;
    if (!isKey(key)) throw new InvalidHeaders(header, 'printable ASCII text without white space');
    return { [header]: key };
  };
  return (rpc) => credentialHeaders(rpc, getHeaders, 'the API key for the request');
}

/** Such as a key without the line break of the file that it was read from. */
const isKey = (value: unknown): value is string => typeof value === 'string' && /^[!-~]+$/.test(value);

/** Gets the headers of several sources, one after the other. */
export function joinAuthenticators(sources: readonly Authenticate[]): Authenticate | undefined {
  if (sources.length < 2) return sources[0];
  return async (rpc) => {
    const headers: Record<string, string> = {};
    for (const source of sources) Object.assign(headers, await source(rpc));
    return headers;
  };
}
