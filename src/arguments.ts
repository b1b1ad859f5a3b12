/** The message for an invalid argument: action, option, rule and current value. */
export function invalidArgumentMessage(action: string, option: string, rule: string, value: unknown): string {
  return `Cannot ${action} as '${option}' must be ${rule}: current value is ${formatValue(value)}`;
}

/** The beginning of a text, for a message: at most 200 characters. */
export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A value for a message: at most 200 characters. The properties of objects are not shown. */
function formatValue(value: unknown): string {
  // String() of an object may throw: an object parsed from JSON can have a `toString` that is not a function.
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === '' ? 'an empty string' : shorten(String(value));
}

/** Throws the TypeError for an invalid argument. */
export function throwInvalidArgument(action: string, option: string, rule: string, value: unknown): never {
  throw new TypeError(invalidArgumentMessage(action, option, rule, value));
}

/**
 * Checks an option.
 *
 * @throws TypeError unless `isValid` is truthy.
 */
export function assertArgument(
  isValid: unknown,
  action: string,
  option: string,
  rule: string,
  value: unknown,
): asserts isValid {
  if (!isValid) throwInvalidArgument(action, option, rule, value);
}

/**
 * Checks a numeric option. `Infinity` is valid.
 *
 * @throws TypeError if the value is not a number.
 * @throws RangeError if the value is NaN or less than `min`.
 */
export function assertNumber(action: string, option: string, value: unknown, min: number): void {
  const rule = min === -Infinity ? 'a number' : `a number of at least ${min}`;
  if (typeof value !== 'number') throwInvalidArgument(action, option, rule, value);
  if (!(value >= min)) throw new RangeError(invalidArgumentMessage(action, option, rule, value));
}

/**
 * Checks numeric options, each against its minimum.
 *
 * @throws TypeError if one of the values is not a number.
 * @throws RangeError if one of the values is NaN or less than its minimum.
 */
export function assertNumbers<T extends object>(
  action: string,
  options: T,
  minimums: { readonly [K in keyof T]?: number },
): void {
  for (const option in minimums) assertNumber(action, option, options[option], minimums[option] as number);
}

/**
 * Checks the name of an operation or a collection.
 *
 * @throws TypeError if the name is not a string, or is empty.
 */
export function assertName(action: string, name: unknown): asserts name is string {
  assertArgument(typeof name === 'string' && name !== '', action, 'name', 'a non-empty string', name);
}

/**
 * Checks a signal, native or of a polyfill; undefined is valid.
 *
 * @throws TypeError if the value is not an AbortSignal.
 */
export function assertSignal(action: string, signal: unknown): void {
  assertArgument(signal === undefined || isAbortSignal(signal), action, 'signal', 'an AbortSignal', signal);
}

function isAbortSignal(value: unknown): boolean {
  const { aborted, addEventListener } = (value ?? {}) as { aborted?: unknown; addEventListener?: unknown };
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** Merges options over defaults; an option that is undefined does not replace its default. */
export function mergeDefined<T extends object>(defaults: T, options: { readonly [K in keyof T]?: unknown }): T {
  const result = { ...defaults };
  for (const option in options) if (options[option] !== undefined) result[option] = options[option] as T[typeof option];
  return result;
}
