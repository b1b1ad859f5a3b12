import { throwInvalidArgument } from '../arguments.js';

/**
 * Checks a name that becomes part of a URL. It must not have a `.` or `..` segment (also not as `%2e`: some proxies
 * decode twice), an empty segment, a control character or a lone surrogate, since the URL would then address another
 * resource. Percent-encoding makes all other names safe.
 *
 * @throws TypeError if the name is not such a name.
 */
export function assertResourceName(name: unknown, allowEmpty: boolean): asserts name is string {
  if (typeof name !== 'string') throwInvalid('name', 'a string', name);
  if (/[\p{Cc}\p{Cs}]/u.test(name)) throwInvalid('name', 'free of control characters and lone surrogates', name);
  if (name === '' && allowEmpty) return;
  if (name.split('/').some((segment) => /^(?:\.|%2e){0,2}$/i.test(segment))) {
    throwInvalid('name', "a resource name without empty, '.' or '..' segments", name);
  }
}

/**
 * Checks that a text can be encoded as UTF-8.
 *
 * @throws TypeError if it has a lone surrogate.
 */
export function assertWellFormed(option: string, text: string): void {
  if (/\p{Cs}/u.test(text)) throwInvalid(option, 'free of lone surrogates', text);
}

function throwInvalid(option: string, rule: string, value: unknown): never {
  throwInvalidArgument('request', option, rule, JSON.stringify(value));
}
