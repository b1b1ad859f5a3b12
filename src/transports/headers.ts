import { invalidArgumentMessage } from '../arguments.js';

/** Headers by their names in lower case. */
export type HeaderRecord = Readonly<Record<string, string>>;

/** Headers as auth libraries return them: a plain object, or one with a `forEach` like the platform's `Headers`. */
export type HeadersLike =
  | Readonly<Record<string, string | undefined>>
  | {
      /** Calls `callback` with each header. */
      forEach(callback: (value: string, name: string) => void): void;
    };

/** Calls `callback` with each header that has a value. */
export function forEachHeader(headers: HeadersLike, callback: (name: string, value: string) => void): void {
  if (hasForEach(headers)) return headers.forEach((value, name) => callback(name, value));
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) callback(name, value);
}

/** Headers that cannot be sent. */
export class InvalidHeaders extends TypeError {
  /** What is wrong, without a value, and without a name that may be one. */
  readonly problem: string;

  constructor(option: string, rule: string) {
    super(invalidArgumentMessage('request', option, rule, 'not shown'));
    this.problem = `'${/^[\w.-]{1,60}$/.test(option) ? option : 'headers.*'}' must be ${rule}`;
  }
}

/**
 * Returns headers with lower-case names, checked.
 *
 * @throws {@link InvalidHeaders}, a TypeError, if they are not headers, or one is not valid in HTTP. It does not show the value,
 * which may be a credential.
 */
export function normalizeHeaders(input: HeadersLike): HeaderRecord {
  // The letters of a text would become headers.
  const isRecord = typeof input === 'object' && (input as object | null) !== null && !Array.isArray(input);
  if (!isRecord) throw new InvalidHeaders('headers', 'an object, such as { authorization }');
  const headers: Record<string, string> = {};
  forEachHeader(input, (name, value) => {
    const key = name.toLowerCase();
    if (!isHeader(key, value)) throw new InvalidHeaders(`headers.${name}`, 'a valid HTTP header');
    headers[key] = value;
  });
  return headers;
}

/** Whether two records hold the same headers. */
export function sameHeaders(a: HeaderRecord, b: HeaderRecord): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function isHeader(name: string, value: unknown): boolean {
  // RFC 9110, 5.1 and 5.5, within the range that fetch() accepts.
  return (
    /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
  );
}

function hasForEach(headers: HeadersLike): headers is Extract<HeadersLike, { forEach(callback: never): void }> {
  return typeof headers.forEach === 'function';
}
