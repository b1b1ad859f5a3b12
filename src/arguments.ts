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

/** Ignores the failure of what may be a promise: a callback that must return a value was an async function. */
export function ignoreRejection(value: unknown): void {
  if (typeof value === 'object') Promise.resolve(value).catch(() => undefined);
}

/** Throws the TypeError for an invalid argument. */
export function throwInvalidArgument(action: string, option: string, rule: string, value: unknown): never {
  ignoreRejection(value);
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
 * Checks a numeric option that must not be `Infinity`.
 *
 * @throws TypeError if the value is not a number.
 * @throws RangeError if the value is NaN, infinite or less than `min`.
 */
export function assertFiniteNumber(action: string, option: string, value: unknown, min: number): void {
  assertNumber(action, option, value, min);
  if (value === Infinity) throw new RangeError(invalidArgumentMessage(action, option, 'finite', value));
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

const nameRule =
  "a resource name of at most 4 kB, without '.' and '..' segments, control characters or lone surrogates";

/**
 * Checks the name of an operation or a collection, which must be able to be part of a URL. Dots are refused also as `%2e`:
 * some proxies decode twice.
 *
 * @throws TypeError if it is not such a name.
 */
export function assertResourceName(action: string, name: unknown): asserts name is string {
  assertName(action, name);
  // A character has at most three bytes per code unit.
  const isLong = name.length * 3 > 4096 && new Blob([name]).size > 4096;
  const isUnsafe = isLong || /[\p{Cc}\p{Cs}]|(^|\/)(\.|%2e){1,2}(\/|$)/iu.test(name);
  assertArgument(!isUnsafe, action, 'name', nameRule, isUnsafe && JSON.stringify(shorten(name)));
}

function isAbortSignal(value: unknown): boolean {
  const signal = (value ?? {}) as Record<string, unknown>;
  const methods = ['addEventListener', 'removeEventListener'];
  return typeof signal.aborted === 'boolean' && methods.every((method) => typeof signal[method] === 'function');
}

/** Merges options over defaults; an option that is undefined does not replace its default. */
export function mergeDefined<T extends object>(defaults: T, options: { readonly [K in keyof T]?: unknown }): T {
  const result = { ...defaults };
  for (const option in options) if (options[option] !== undefined) result[option] = options[option] as T[typeof option];
  return result;
}

/** The names of the options of an interface: all of them and no others, which TypeScript checks. */
export type OptionNames<T> = { readonly [K in keyof T]-?: unknown };

/**
 * Checks that options are an object, and that each of them exists.
 *
 * @throws TypeError that names an option that does not exist, and the most similar one that does.
 */
export function assertKnownOptions(action: string, options: unknown, names: object): void {
  assertArgument(typeof options === 'object' && options !== null, action, 'options', 'an object', options);
  for (const option in options) {
    if (Object.hasOwn(names, option)) continue;
    const [nearest] = Object.keys(names).sort((a, b) => similarity(option, b) - similarity(option, a));
    throw new TypeError(`Cannot ${action} as '${shorten(option)}' is not an option: did you mean '${nearest}'?`);
  }
}

/** How many pairs of neighbouring letters of a word are also in another. */
function similarity(other: string, word: string): number {
  const letters = other.slice(0, 99).toLowerCase().split('');
  return letters.filter((letter, i) => i > 0 && word.toLowerCase().includes(`${letters[i - 1]}${letter}`)).length;
}

/** Checks the value of an option, which is set. */
export type OptionRule = (action: string, option: string, value: unknown) => void;

/** A rule for each option of an interface, and for no others; `undefined`: another function checks it. */
export type OptionRules<T> = { readonly [K in keyof T]-?: OptionRule | undefined };

/**
 * Checks that options are an object, that each of them exists, and the value of each that is set.
 *
 * @throws TypeError or RangeError that names the option.
 */
export function assertOptions<T extends object>(action: string, options: T, rules: OptionRules<T>): void {
  assertKnownOptions(action, options, rules);
  for (const option in options) if (options[option] !== undefined) rules[option]?.(action, option, options[option]);
}

export const isFunction: OptionRule = (action, option, value) =>
  assertArgument(typeof value === 'function', action, option, 'a function', value);

/** An AbortSignal, native or of a polyfill. */
export const isSignal: OptionRule = (action, option, value) =>
  assertArgument(isAbortSignal(value), action, option, 'an AbortSignal', value);

/** A number. `Infinity` is valid. */
export const isAtLeast =
  (min: number): OptionRule =>
  (action, option, value) =>
    assertNumber(action, option, value, min);

/** A number other than `Infinity`. */
export const isFiniteAtLeast =
  (min: number): OptionRule =>
  (action, option, value) =>
    assertFiniteNumber(action, option, value, min);
