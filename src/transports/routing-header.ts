import { throwInvalidArgument } from '../arguments.js';
import { percentEncode } from './percent-encode.js';

/**
 * The header by which Google's front ends route a request to the location of the operation (AIP-4222); undefined for an
 * empty name. The name is encoded as by RFC 6570, which encodes all but `[-_.~0-9a-zA-Z]`.
 *
 * @param action - what fails, for the message of the error, such as `'call GetOperation'`.
 * @throws TypeError if the name has a lone surrogate and so no percent-encoding.
 */
export function routingHeader(action: string, name: string): Readonly<Record<string, string>> | undefined {
  if (name === '') return undefined;
  try {
    return { 'x-goog-request-params': `name=${percentEncode(name)}` };
  } catch {
    throwInvalidArgument(action, 'name', 'free of lone surrogates', JSON.stringify(name));
  }
}

/**
 * Whether a host is Google's, and so is sent the routing header: global, regional, mTLS and private endpoints. Other servers
 * may refuse a header that they do not know, as CORS does.
 *
 * @param host - with or without a port.
 */
export function isGoogleHost(host: string): boolean {
  return /^(?:[\w-]+\.)*googleapis\.com\.?(?::\d+)?$/i.test(host);
}
