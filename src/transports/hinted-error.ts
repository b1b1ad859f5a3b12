import { RequestError, type RequestErrorOptions } from '../errors.js';

/**
 * Creates an error whose message also says what to do. Its status remains as the service sent it.
 *
 * @param hint - begins in lower case, without a full stop; undefined: none.
 */
export function hintedError(options: RequestErrorOptions, hint: string | undefined): RequestError {
  if (hint === undefined) return new RequestError(options);
  const { status } = options;
  const error = new RequestError({ ...options, status: { ...status, message: withHint(status.message, hint) } });
  return Object.assign(error, { status });
}

/** A message followed by what to do. */
export function withHint(message: string, hint: string | undefined): string {
  if (hint === undefined) return message;
  return message === '' ? hint : `${message.replace(/\.$/, '')}; ${hint}`;
}
