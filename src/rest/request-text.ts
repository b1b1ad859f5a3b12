/**
 * Refuses a name that, as part of a URL, would mean something else than the operation: one with a `.` or `..` segment
 * (also as `%2e`, for proxies that decode twice), an empty segment, a control character, or half a surrogate pair.
 * Everything else is safe once it is percent-encoded.
 *
 * @throws TypeError
 */
export function checkName(name: unknown, allowEmpty: boolean): asserts name is string {
  if (typeof name !== 'string') throwInvalid('name', 'a string', name);
  if (/[\p{Cc}\p{Cs}]/u.test(name)) throwInvalid('name', 'free of control characters and lone surrogates', name);
  if (name === '' && allowEmpty) return;
  if (name.split('/').some((segment) => /^(?:\.|%2e){0,2}$/i.test(segment))) {
    throwInvalid('name', "a resource name without empty, '.' or '..' segments", name);
  }
}

/**
 * Refuses text that has no UTF-8, for it holds half a surrogate pair.
 *
 * @throws TypeError
 */
export function checkText(option: string, text: string): void {
  if (/\p{Cs}/u.test(text)) throwInvalid(option, 'free of lone surrogates', text);
}

function throwInvalid(option: string, rule: string, value: unknown): never {
  throw new TypeError(`Cannot request as '${option}' must be ${rule}: current value is ${JSON.stringify(value)}`);
}
