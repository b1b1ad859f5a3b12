/** The message for an invalid argument: action, option, rule and current value. */
export function invalidArgumentMessage(action: string, option: string, rule: string, value: unknown): string {
  // Not String() of an object, which may have come from outside with a `toString` that is no function.
  const shown = typeof value === 'object' && value ? 'an object' : String(value).slice(0, 200) || 'an empty string';
  return `Cannot ${action} as '${option}' must be ${rule}: current value is ${shown}`;
}

/** Throws the TypeError for an invalid argument. */
export function throwInvalidArgument(action: string, option: string, rule: string, value: unknown): never {
  throw new TypeError(invalidArgumentMessage(action, option, rule, value));
}

/**
 * Checks an option.
 *
 * @throws TypeError that says what it must be, unless it is `valid`.
 */
export function assertArgument(
  valid: unknown,
  action: string,
  option: string,
  rule: string,
  value: unknown,
): asserts valid {
  if (!valid) throwInvalidArgument(action, option, rule, value);
}

/**
 * Checks a numeric option.
 *
 * @throws TypeError if it is not a number.
 * @throws RangeError if it is NaN or less than `min`; `Infinity` is a number like any other.
 */
export function assertNumber(action: string, option: string, value: unknown, min: number): void {
  const number = typeof value === 'number';
  if (number && value >= min) return;
  throw new (number ? RangeError : TypeError)(
    invalidArgumentMessage(action, option, min === -Infinity ? 'a number' : `a number of at least ${min}`, value),
  );
}

/**
 * Checks numeric options, each against the least that it may be.
 *
 * @throws what {@link assertNumber} throws.
 */
export function assertNumbers<T extends object>(
  action: string,
  options: T,
  minimums: { readonly [K in keyof T]?: number },
): void {
  for (const option in minimums) assertNumber(action, option, options[option], minimums[option] as number);
}

/**
 * Checks an operation's or a collection's name.
 *
 * @throws TypeError if it is no string, or empty.
 */
export function assertName(action: string, name: unknown): asserts name is string {
  assertArgument(typeof name === 'string' && name, action, 'name', 'a non-empty string', name);
}

/**
 * Checks a signal.
 *
 * @throws TypeError if it is neither absent nor something like an AbortSignal.
 */
export function assertSignal(action: string, signal: unknown): void {
  const like = signal as { aborted?: unknown; addEventListener?: unknown } | null | undefined;
  const valid =
    like === undefined || (typeof like?.aborted === 'boolean' && typeof like.addEventListener === 'function');
  assertArgument(valid, action, 'signal', 'an AbortSignal', signal);
}

/** Options over defaults: an option that is undefined counts as not set. */
export function mergeDefined<T extends object>(defaults: T, options: { readonly [K in keyof T]?: unknown }): T {
  const result = { ...defaults };
  for (const option in options) if (options[option] !== undefined) result[option] = options[option] as T[typeof option];
  return result;
}
