import { ignoreRejection } from '../arguments.js';
import { asRecord } from '../transports/as-record.js';
import { retryAfter } from '../transports/retry-after.js';
import { headersOf } from './response-headers.js';

/**
 * The delay until the next poll that a resource requests, in milliseconds; undefined if it requests none. It never fails: a
 * broken reader must not end the wait.
 *
 * @param read - reads it, in place of the `Retry-After` of a response.
 */
export function pollAfterMs<T>(
  resource: T,
  read: ((resource: T) => number | null | undefined) | undefined,
): number | undefined {
  try {
    const ms = read ? read(resource) : retryAfter(headersOf(asRecord(resource).headers));
    if (typeof ms === 'number' && ms > 0) return ms;
    ignoreRejection(ms);
  } catch {
    // As if it had requested none.
  }
  return undefined;
}
