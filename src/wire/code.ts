import { Code, toCode } from '../status.js';
import { codeFromHttp } from './http-status.js';

/**
 * A code of `google.rpc.Code` by its name: `NOT_FOUND`, or `not_found` as in Connect and Twirp, where
 * CANCELLED is `canceled`. Undefined if it is not the name of an error.
 */
export function readCodeName(name: unknown): Code | undefined {
  // In one case only, and so not that of a property which every object has.
  if (typeof name !== 'string' || /[a-z].*[A-Z]|[A-Z].*[a-z]/.test(name)) return undefined;
  return Code[name.toUpperCase().replace('CELED', 'CELLED') as keyof typeof Code] || undefined;
}

const statusFields: readonly string[] = ['code', 'status', 'message', 'details'];

/** The code of a status without one: OK, the default, unless it only has fields that no status has, as another kind of error. */
export function defaultCode(status: object): Code {
  const fields = Object.keys(status);
  return fields.length > 0 && !fields.some((field) => statusFields.includes(field)) ? Code.UNKNOWN : Code.OK;
}

/**
 * Reads the code of an error in any of the forms that services use: a code of `google.rpc.Code`, by number (also in a
 * string) or name, or an HTTP status that is not a success. Undefined if it is not a code.
 */
export function readCode(code: unknown): Code | undefined {
  if (code === 'OK') return Code.OK;
  const number = typeof code === 'string' && code !== '' ? Number(code) : code;
  if (typeof number !== 'number' || Number.isNaN(number)) return readCodeName(code);
  if (number >= 300 && number < 600) return codeFromHttp(number);
  return toCode(number) === number ? number : undefined;
}
