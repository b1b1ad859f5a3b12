import type { Any, JsonValue } from '../any.js';
import type { Status, StatusDetail } from '../status.js';
import { decodeEscapes } from './escapes.js';
import { credentialParameters, formsOf, fold } from './secrets.js';
import { lettersOf, shortestSpelling, spellingsOf } from './spellings.js';

const mask = '***';

/** How deep JSON is redacted; protobuf reads JSON to a depth of 100. */
const maxDepth = 200;

/** The longest text of an error. */
const maxTextLength = 65_536;

/** The length of an escaped character, such as `&amp;#x26;`. */
const maxEscapeLength = 10;

// Tokens whose form shows what they are, for secrets that are not known: those of a request that another library sent.
const tokens =
  /\bya29\.[\w.-]{6,}|\bAIza[\w-]{30,}|\bGOCSPX-[\w-]{8,}|\bsk[-_](?=[\w-]{0,80}\d)[\w-]{16,}|\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.?[\w-]{0,2000}|\b(?:Bearer|Basic|DPoP)\s+(?=[\w.~+/=-]{0,80}\d)[\w.~+/=-]{6,}/gi;
const labelled = [
  `([?&;](?:${credentialParameters})=)[^&\\s"'<>#]{4,}`,
  `(\\bauthorization["']?\\s*[:=]\\s*["']?)(?:Bearer|Basic|DPoP|Digest)\\s+[^\\s"'<,;]+`,
  `(\\bapi[-_]?key["']?\\s*[:=]\\s*["']?)(?=[\\w.-]{0,80}\\d)[\\w.-]{6,}`,
].map((source) => new RegExp(source, 'gi'));

/** Removes credentials from the texts of errors: the secrets of the request in any form, and what looks like a token. */
export class Redactor {
  readonly #secrets: () => readonly string[];
  #forms: readonly string[] | undefined;
  #spellings: readonly string[] | undefined;

  /** @param secrets - returns the secrets of the request; called when the first text is redacted. */
  constructor(secrets: () => readonly string[] = () => []) {
    this.#secrets = secrets;
  }

  /** A text with each credential replaced by `***`, cut after 64 Ki characters. */
  text(text: string): string {
    return this.beginning(text, maxTextLength);
  }

  /**
   * The beginning of a text, redacted. The text is cut before it is searched, since it may have megabytes, but far enough after
   * the beginning that no part of a credential remains at its end.
   *
   * @param maxLength - the length of the beginning, plus the ellipsis.
   */
  beginning(text: string, maxLength: number): string {
    const longest = this.#known()[0] ?? '';
    const searched = text.slice(0, maxLength + Math.max(200, maxEscapeLength * longest.length));
    const ranges = this.#rangesIn(searched);
    if (searched === text) return ellipsis(maskRanges(text, ranges), maxLength);
    return ellipsis(`${maskRanges(searched, ranges, maxLength)}…`, maxLength);
  }

  /** JSON with each text in it redacted. What is nested very deep is left out: it could not be walked. */
  json<T extends JsonValue>(value: T, depth?: number): T;
  json(value: JsonValue, depth = 0): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > maxDepth) return mask;
    if (Array.isArray(value)) return value.map((item) => this.json(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.json(item, depth + 1)]));
  }

  /** A status with its message and details redacted. */
  status({ code, message, details }: Status): Status {
    return { code, message: this.text(message), details: details.map((one) => this.#detail(one)) };
  }

  #detail(detail: StatusDetail): StatusDetail {
    if (detail['@type'] !== undefined) return this.json(detail as unknown as JsonValue) as unknown as StatusDetail;
    const { typeUrl, value, json } = detail;
    const redacted: { -readonly [K in keyof Any]: Any[K] } = { typeUrl: this.text(typeUrl) };
    if (json !== undefined) redacted.json = this.json(json);
    if (value !== undefined) redacted.value = this.#bytes(value);
    return redacted;
  }

  /** Bytes that hold a secret are dropped: with another length the message could not be read. */
  #bytes(bytes: Uint8Array): Uint8Array {
    const text = new TextDecoder('latin1').decode(bytes);
    const ranges = [...rangesOfForms(text, this.#known()), ...this.#rangesIn(text.slice(0, maxTextLength))];
    return ranges.length === 0 ? bytes : new Uint8Array(0);
  }

  /** Where credentials are. */
  #rangesIn(text: string): Range[] {
    const forms = this.#known();
    const { text: decoded, ends } = decodeEscapes(forms.length > 0 ? text : '');
    return [
      // In the text itself too: what looks like an escape may be a part of a secret.
      ...rangesOfForms(text, forms),
      ...rangesOfForms(decoded, forms).map((range) => range.map((at) => ends[at]) as Range),
      ...this.#spelledRangesIn(text),
      ...this.#spelledRangesIn(decoded).map((range) => range.map((at) => ends[at]) as Range),
      ...[...labelled, tokens].flatMap((pattern) => rangesOfPattern(text, pattern)),
    ];
  }

  /** Where the letters of credentials are, with something else between them. */
  #spelledRangesIn(text: string): Range[] {
    const secrets = this.#secrets();
    // Most texts are shorter than a token, whose spellings take time.
    if (secrets.length === 0 || text.length < shortestSpelling(secrets)) return [];
    this.#spellings ??= spellingsOf(secrets);
    const { text: letters, positions } = lettersOf(text);
    return rangesOfForms(letters, this.#spellings).map(([start, end]) => [
      positions[start] as number,
      (positions[end - 1] as number) + 1,
    ]);
  }

  #known(): readonly string[] {
    return (this.#forms ??= formsOf(this.#secrets()));
  }
}

/** The beginning and the end of a credential in a text. */
type Range = [start: number, end: number];

/** Where a text has one of some folded texts. */
function rangesOfForms(text: string, forms: readonly string[]): Range[] {
  const searched = fold(text);
  const ranges: Range[] = [];
  for (const form of forms) {
    for (let at = searched.indexOf(form); at >= 0; at = searched.indexOf(form, at + form.length)) {
      ranges.push([at, at + form.length]);
    }
  }
  return ranges;
}

/** What a pattern matches, apart from the label before it, which is the first group of the pattern. */
function rangesOfPattern(text: string, pattern: RegExp): Range[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: { length }, 1: label = '' }) => [
    index + label.length,
    index + length,
  ]);
}

/** The beginning of a text, up to `limit`, with a mask in place of each range. Ranges that overlap have one. */
function maskRanges(text: string, ranges: Range[], limit = text.length): string {
  let masked = '';
  let position = 0;
  for (const [start, end] of ranges.sort(([a], [b]) => a - b)) {
    if (start >= limit) break;
    if (start >= position) masked += text.slice(position, start) + mask;
    position = Math.max(position, end);
  }
  return masked + text.slice(position, limit);
}

/** The beginning of a text, and an ellipsis if there is more. */
export function ellipsis(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
