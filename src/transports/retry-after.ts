/** The longest `Retry-After` that is honored: a day. */
export const maxRetryAfterMs = 86_400_000;

const days = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?';
const clock = '\\d\\d:\\d\\d:\\d\\d';
// IMF-fixdate and the two obsolete formats that recipients must accept (RFC 9110, 5.6.7).
const httpDate = new RegExp(
  `^${days}, \\d\\d[ -][A-Z][a-z]{2}[ -]\\d{2,4} ${clock} GMT$|^${days} [A-Z][a-z]{2} [ \\d]\\d ${clock} \\d{4}$`,
);

/**
 * The delay that a `Retry-After` header requests, in milliseconds: from seconds or an HTTP date, a day at most. Undefined
 * if the header is absent or invalid, or its date is in the past.
 *
 * @param value - the header; null if it is absent.
 * @param now - when the response was sent, in milliseconds since the epoch.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now;
  return ms > 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}

/** Parses an HTTP date to milliseconds since the epoch; NaN if the text is not one. */
export function parseHttpDate(text: string): number {
  // asctime's format names no time zone and means GMT.
  return httpDate.test(text) ? Date.parse(`${text.replace(/ GMT$/, '')} GMT`) : NaN;
}
