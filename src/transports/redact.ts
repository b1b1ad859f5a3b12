import type { Any, JsonValue } from '../any.js';
import type { Status, StatusDetail } from '../status.js';
import { credentialParameters, formsOf } from './secrets.js';

const mask = '***';

/** How deep JSON is redacted; protobuf reads JSON to a depth of 100. */
const maxDepth = 200;

/** The longest text that is searched for tokens by regular expressions, and the longest message of an error. */
const maxSearchedLength = 65_536;

// Tokens whose form shows what they are, for secrets that are not known: those of a request that another library sent.
const tokens =
  /\bya29\.[\w.-]{6,}|\bAIza[\w-]{30,}|\bGOCSPX-[\w-]{8,}|\bsk[-_](?=[\w-]{0,80}\d)[\w-]{16,}|\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.?[\w-]{0,2000}|\b(?:Bearer|Basic|DPoP)\s+(?=[\w.~+/=-]{0,80}\d)[\w.~+/=-]{6,}/gi;
const labelled = new RegExp(
  `((?:[?&;]|\\bamp;)(?:${credentialParameters})=)[^&\\s"'<>#]{4,}|` +
    `(\\b(?:authorization)["']?\\s*[:=]\\s*["']?)(?:Bearer|Basic|DPoP|Digest)\\s+[^\\s"'<,;]+|` +
    `(\\b(?:x-goog-)?api[-_]?key["']?\\s*[:=]\\s*["']?)(?=[\\w.-]{0,80}\\d)[\\w.-]{6,}`,
  'gi',
);

/** Removes credentials from the texts of errors: the secrets of the request in any form, and what looks like a token. */
export class Redactor {
  readonly #secrets: () => readonly string[];
  #forms: readonly string[] | undefined;

  /** @param secrets - returns the secrets of the request; called when the first text is redacted. */
  constructor(secrets: () => readonly string[] = () => []) {
    this.#secrets = secrets;
  }

  /** A text with each credential replaced by `***`. */
  text(text: string): string {
    const redacted = this.#known().reduce((rest, form) => rest.replaceAll(form, mask), text);
    if (redacted.length > maxSearchedLength) return redacted;
    return redacted
      .replace(labelled, (_, ...labels: unknown[]) => `${String(labels.find(Boolean))}${mask}`)
      .replace(tokens, mask);
  }

  /**
   * The beginning of a text, redacted. The text is cut before it is searched, since it may have megabytes, and so that no part
   * of a credential remains at the cut.
   *
   * @param maxLength - the length of the beginning, plus the ellipsis.
   */
  beginning(text: string, maxLength: number): string {
    const margin = Math.max(200, (this.#known()[0] ?? '').length);
    if (text.length <= maxLength + margin) return ellipsis(this.text(text), maxLength);
    const redacted = this.text(text.slice(0, maxLength + margin));
    // A credential that the cut divided is in the margin.
    return `${redacted.slice(0, Math.min(maxLength, Math.max(0, redacted.length - margin)))}…`;
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

  /** A status with its message and details redacted. A message is cut after 64 Ki characters. */
  status({ code, message, details }: Status): Status {
    return {
      code,
      message: this.beginning(message, maxSearchedLength),
      details: details.map((one) => this.#detail(one)),
    };
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
    return this.text(text) === text ? bytes : new Uint8Array(0);
  }

  #known(): readonly string[] {
    return (this.#forms ??= formsOf(this.#secrets()));
  }
}

/** The beginning of a text, and an ellipsis if there is more. */
export function ellipsis(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
