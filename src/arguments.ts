/** The sentence that refuses an argument: what cannot be done, which option is at fault, the rule, and its value. */
export function refusal(action: string, option: string, rule: string, value: unknown): string {
  return `Cannot ${action} as '${option}' must be ${rule}: current value is ${String(value)}`;
}

/**
 * Checks a numeric option.
 *
 * @throws TypeError if it is not a number.
 * @throws RangeError if it is NaN or less than `min`; `Infinity` is a number like any other.
 */
export function requireNumber(action: string, option: string, value: unknown, min: number): void {
  const number = typeof value === 'number';
  if (number && value >= min) return;
  throw new (number ? RangeError : TypeError)(refusal(action, option, `a number of at least ${min}`, value));
}

/**
 * Checks numeric options, each against the least that it may be.
 *
 * @throws what {@link requireNumber} throws.
 */
export function requireNumbers<T extends object>(
  action: string,
  options: T,
  least: { readonly [K in keyof T]?: number },
): void {
  for (const [option, min] of Object.entries<number>(least as Record<string, number>)) {
    requireNumber(action, option, options[option as keyof T], min);
  }
}

/**
 * Checks an operation's or a collection's name.
 *
 * @throws TypeError if it is no string, or empty.
 */
export function requireName(action: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && name !== '') return;
  throw new TypeError(refusal(action, 'name', 'a non-empty string', name === '' ? 'an empty string' : name));
}

/**
 * Checks a signal.
 *
 * @throws TypeError if it is neither absent nor something like an AbortSignal.
 */
export function requireSignal(action: string, signal: unknown): void {
  const like = signal as { aborted?: unknown; addEventListener?: unknown } | null | undefined;
  if (like === undefined || (typeof like?.aborted === 'boolean' && typeof like.addEventListener === 'function')) return;
  throw new TypeError(refusal(action, 'signal', 'an AbortSignal', signal));
}

/** Options over defaults: an option that is undefined counts as not set. */
export function withOptions<T extends object>(defaults: T, options: { readonly [K in keyof T]?: unknown }): T {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}
