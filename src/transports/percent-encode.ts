/**
 * Percent-encodes, as UTF-8, everything but `[-_.~0-9a-zA-Z]`.
 *
 * @throws URIError if the text has a lone surrogate.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
