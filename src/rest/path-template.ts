import { throwInvalidArgument } from '../arguments.js';
import { shownEndpoint } from '../transports/endpoint.js';
import { percentEncode } from '../transports/percent-encode.js';

/** A part of a path: a literal segment, or a field of the request that matches a pattern. */
type Part = string | Variable;

interface Variable {
  /** The field, by its JSON name. */
  readonly field: string;
  /** The segments of its value; `*` matches one segment and `**` any number. */
  readonly pattern: readonly string[];
}

/** A parsed path of a `google.api.http` rule, such as `/v1/{name=operations/**}:cancel`. */
export interface PathTemplate {
  /** The text that was parsed. */
  readonly source: string;
  /** The parts between the slashes. */
  readonly parts: readonly Part[];
  /** The text after the last `:`; empty if there is none. */
  readonly suffix: string;
}

/**
 * Parses the path of a `google.api.http` rule: `/segment/{field=pattern}/…:verb`.
 *
 * One thing is looser than the grammar, as in Google's own rules: `**` need not be the last segment of the template
 * (`/v2/{name=operations/projects/**}/operations`), but there may be only one. A wildcard outside of braces is invalid,
 * since a client has no value for it.
 *
 * @throws TypeError if it is not such a path.
 * @see `google/api/http.proto`
 */
export function parsePathTemplate(source: string): PathTemplate {
  const [, path, verb = ''] = /^\/([^:]+)(?::([^:/{}*]+))?$/.exec(source) ?? [];
  const texts = path?.match(/\{[^{}]*\}|[^/{}]+/g) ?? [];
  const parts = texts.map(parsePart);
  const wildcards = texts.join('/').match(/\*\*/g) ?? [];
  // The parts joined differ from the path if a part of it was skipped: an empty segment, or a single brace.
  if (path === undefined || texts.join('/') !== path || parts.includes(undefined) || wildcards.length > 1) {
    const rule = "like '/v1/{name=operations/**}:verb'";
    throwInvalidArgument('read an HTTP rule', 'path', rule, shownEndpoint(source));
  }
  return { source, parts: parts.filter((part) => part !== undefined), suffix: verb };
}

/**
 * The path for a request, percent-encoded; undefined if a field is missing or does not match its pattern. Fields are
 * matched unencoded, then everything but `[-_.~0-9a-zA-Z]` and the slashes between segments is encoded, so that a `%2F` in a
 * name becomes `%252F`.
 *
 * @param slashes - whether a field of one segment, `{field}` or `{field=*}`, may have slashes, which become `%2F`.
 */
export function expandPathTemplate(
  template: PathTemplate,
  fields: Readonly<Record<string, unknown>>,
  slashes = false,
): string | undefined {
  const segments: string[] = [];
  for (const part of template.parts) {
    if (typeof part === 'string') {
      segments.push(part);
      continue;
    }
    const value = fields[part.field];
    if (typeof value !== 'string') return undefined;
    const singleSegment = slashes && part.pattern.length === 1 && part.pattern[0] === '*';
    const given = value === '' ? [] : singleSegment ? [value] : value.split('/');
    if (!matches(part.pattern, given)) return undefined;
    segments.push(...given);
  }
  const path = segments.map((segment) => `/${percentEncode(segment)}`).join('');
  return template.suffix === '' ? path : `${path}:${percentEncode(template.suffix)}`;
}

/** The fields of the request that the path contains. */
export function fieldsOf(template: PathTemplate): string[] {
  return template.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.field]));
}

/** The JSON name of a proto field. */
export function jsonName(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function parsePart(text: string): Part | undefined {
  if (!text.startsWith('{')) return isLiteral(text) ? text : undefined;
  const [, field, pattern = '*'] = /^\{([a-zA-Z_][\w.]*)(?:=([^=]+))?\}$/.exec(text) ?? [];
  const segments = pattern.split('/');
  if (field === undefined) return undefined;
  return segments.every((segment) => isWildcard(segment) || isLiteral(segment))
    ? { field: jsonName(field), pattern: segments }
    : undefined;
}

const isWildcard = (segment: string): boolean => segment === '*' || segment === '**';

// URL parsers resolve dot segments.
const isLiteral = (segment: string): boolean => /^[^*\s?#%]+$/.test(segment) && !/^\.{1,2}$/.test(segment);

function matches(pattern: readonly string[], given: readonly string[]): boolean {
  const segmentMatches = (expected: string, segment: string | undefined): boolean =>
    expected === '*' ? segment !== undefined && segment !== '' : expected === segment;
  const wildcard = pattern.indexOf('**');
  if (wildcard === -1)
    return pattern.length === given.length && pattern.every((part, i) => segmentMatches(part, given[i]));
  const tail = pattern.slice(wildcard + 1);
  const rest = given.length - tail.length;
  return (
    rest >= wildcard &&
    pattern.slice(0, wildcard).every((part, i) => segmentMatches(part, given[i])) &&
    tail.every((part, i) => segmentMatches(part, given[rest + i]))
  );
}
