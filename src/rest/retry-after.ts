/** No hint of a server's is believed beyond a day. */
export const maxRetryAfterMs = 86_400_000;

const days = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?';
const clock = '\\d\\d:\\d\\d:\\d\\d';
// IMF-fixdate and the two obsolete forms that must be understood too (RFC 9110, 5.6.7).
const httpDate = new RegExp(
  `^${days}, \\d\\d[ -][A-Z][a-z]{2}[ -]\\d{2,4} ${clock} GMT$|^${days} [A-Z][a-z]{2} [ \\d]\\d ${clock} \\d{4}$`,
);

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds or an HTTP date. Undefined for what is neither
 * and for what is no wait, such as a date in the past; a day at most.
 *
 * @param value - the header, null if there is none.
 * @param now - when the answer was sent, in milliseconds since the epoch.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now;
  return ms > 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}

/** An HTTP date in milliseconds since the epoch; NaN for what is none. */
export function parseHttpDate(text: string): number {
  // asctime's form names no zone, but means GMT.
  return httpDate.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : NaN;
}
