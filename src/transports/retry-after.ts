import type { Status } from '../status.js';
import { retryDelayMs } from '../wire/details.js';

/** The headers of a response, or of gRPC the headers and the trailers. */
export interface ReceivedHeaders {
  /** The value of a header; null if there is none. */
  get(name: string): string | null;
}

/** The longest delay that is honored: a day. */
const maxRetryAfterMs = 86_400_000;

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

/** The delay that `Retry-After` requests, in milliseconds. A date in it is relative to the server's clock, if the response has a `Date`. */
export function retryAfter(headers: ReceivedHeaders): number | undefined {
  const sent = parseHttpDate(headers.get('date') ?? '');
  return parseRetryAfter(headers.get('retry-after'), Number.isNaN(sent) ? Date.now() : sent);
}

/**
 * The longest delay that a response which is not a success requests, in milliseconds: by `Retry-After` or by the RetryInfo of
 * its status.
 */
export function requestedDelayMs(headers: ReceivedHeaders, status: Status): number | undefined {
  const delaysMs = [retryAfter(headers), retryDelayMs(status)].filter((ms) => ms !== undefined);
  return delaysMs.length === 0 ? undefined : Math.min(Math.max(...delaysMs), maxRetryAfterMs);
}

/** Parses an HTTP date to milliseconds since the epoch; NaN if the text is not one. */
export function parseHttpDate(text: string): number {
  // asctime's format names no time zone and means GMT.
  return httpDate.test(text) ? Date.parse(`${text.replace(/ GMT$/, '')} GMT`) : NaN;
}
