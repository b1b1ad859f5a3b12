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

const maxNameBytes = 4096;

/**
 * Checks the name of an operation or a collection: at most 4 kB, without `.` and `..` segments (also not as `%2e`: some
 * proxies decode twice), control characters and lone surrogates, since it could not be part of a URL.
 *
 * @throws TypeError if it is not such a name.
 */
export function assertResourceName(action: string, name: unknown): asserts name is string {
  assertName(action, name);
  const rule = brokenNameRule(name);
  // JSON shows the control characters.
  if (rule !== undefined) throwInvalidArgument(action, 'name', rule, JSON.stringify(name.slice(0, 200)));
}

function brokenNameRule(name: string): string | undefined {
  // A code unit has at most three bytes.
  const mayBeLong = name.length * 3 > maxNameBytes;
  if (name.length > maxNameBytes || (mayBeLong && new TextEncoder().encode(name).length > maxNameBytes)) {
    return `at most ${maxNameBytes} bytes`;
  }
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'free of control characters and lone surrogates';
  const hasDots = name.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  return hasDots ? "a resource name without '.' or '..' segments" : undefined;
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
export type OptionNames<T> = { readonly [K in keyof T]-?: true };

/**
 * Checks that options are an object, and that each of them exists.
 *
 * @throws TypeError that names an option that does not exist, and the most similar one that does.
 */
export function assertKnownOptions(action: string, options: unknown, names: object): void {
  assertArgument(typeof options === 'object' && options !== null, action, 'options', 'an object', options);
  for (const option in options) {
    if (Object.hasOwn(names, option)) continue;
    const hint = `did you mean '${mostSimilar(option, Object.keys(names))}'?`;
    throw new TypeError(`Cannot ${action} as '${shorten(option)}' is not an option: ${hint}`);
  }
}

function mostSimilar(text: string, candidates: readonly string[]): string {
  const distances = candidates.map((candidate) =>
    editDistance(text.slice(0, 100).toLowerCase(), candidate.toLowerCase()),
  );
  return candidates[distances.indexOf(Math.min(...distances))] as string;
}

/** How many characters to insert, delete or replace to make one text of another (Levenshtein). */
function editDistance(from: string, to: string): number {
  let distances = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (distances[column - 1] as number) + Number(from[row - 1] !== to[column - 1]);
      next.push(Math.min(replaced, (distances[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    distances = next;
  }
  return distances[to.length] as number;
}
