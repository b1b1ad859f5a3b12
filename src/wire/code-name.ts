import { Code } from '../status.js';

/**
 * The code of a name: `NOT_FOUND`, or `not_found` as in Connect and Twirp, where CANCELLED is `canceled`. Undefined if the
 * text is not the name of an error's code.
 */
export function codeFromName(name: unknown): Code | undefined {
  if (typeof name !== 'string' || !/^(?:[A-Z_]+|[a-z_]+)$/.test(name)) return undefined;
  const upper = name.toUpperCase();
  const key = upper === 'CANCELED' ? 'CANCELLED' : upper;
  return Object.hasOwn(Code, key) && key !== 'OK' ? Code[key as keyof typeof Code] : undefined;
}
