/**
 * Checks a numeric option.
 *
 * @throws TypeError if it is not a number.
 * @throws RangeError if it is NaN or less than `min`; `Infinity` is a number like any other.
 */
export function requireNumber(action: string, option: string, value: unknown, min: number): void {
  const rule = `Cannot ${action} as '${option}' must be a number of at least ${min}: current value is ${String(value)}`;
  if (typeof value !== 'number') throw new TypeError(rule);
  if (Number.isNaN(value) || value < min) throw new RangeError(rule);
}

/**
 * Checks an operation's or a collection's name.
 *
 * @throws TypeError if it is no string, or empty.
 */
export function requireName(action: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && name !== '') return;
  const current = name === '' ? 'an empty string' : String(name);
  throw new TypeError(`Cannot ${action} as 'name' must be a non-empty string: current value is ${current}`);
}

/**
 * Checks a signal.
 *
 * @throws TypeError if it is neither absent nor something like an AbortSignal.
 */
export function requireSignal(action: string, signal: unknown): void {
  const like = signal as { aborted?: unknown; addEventListener?: unknown } | null | undefined;
  if (like === undefined || (typeof like?.aborted === 'boolean' && typeof like.addEventListener === 'function')) return;
  throw new TypeError(`Cannot ${action} as 'signal' must be an AbortSignal: current value is ${String(signal)}`);
}
