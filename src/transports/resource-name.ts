import { assertResourceName, throwInvalidArgument } from '../arguments.js';

/**
 * Checks a name that becomes part of a URL. An empty segment is refused as well: the URL would address another resource.
 * Percent-encoding makes all other names safe.
 *
 * @throws TypeError if the name is not such a name.
 */
export function assertUrlName(name: unknown, allowEmpty: boolean): asserts name is string {
  if (name === '' && allowEmpty) return;
  assertResourceName('request', name);
  if (name.split('/').includes('')) {
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
