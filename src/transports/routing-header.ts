import { throwInvalidArgument } from '../arguments.js';

/**
 * The header by which Google's front ends route a request to the location of the operation (AIP-4222); undefined for an
 * empty name.
 *
 * @param action - what fails, for the message of the error, such as `'call GetOperation'`.
 * @throws TypeError if the name has a lone surrogate and so no percent-encoding.
 */
export function routingHeader(
  action: string,
  name: string,
  encode: (text: string) => string = encodeURIComponent,
): Readonly<Record<string, string>> | undefined {
  if (name === '') return undefined;
  try {
    return { 'x-goog-request-params': `name=${encode(name)}` };
  } catch {
    throwInvalidArgument(action, 'name', 'free of lone surrogates', JSON.stringify(name));
  }
}
