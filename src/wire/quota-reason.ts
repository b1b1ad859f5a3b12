/**
 * The reasons with which Google's APIs say that a rate or a quota is exhausted, in letters of lower case: those of the older
 * APIs (`rateLimitExceeded`, with 403) and those of ErrorInfo (`RATE_LIMIT_EXCEEDED`). All clear with time, a daily quota at
 * midnight. Not here: `…Unreg`, a request without a key or credentials, and quotas of storage, which do not clear by themselves.
 *
 * @see https://developers.google.com/webmaster-tools/v1/errors
 * @see https://cloud.google.com/bigquery/docs/error-messages
 */
const quotaReasons =
  /((rate|daily|concurrent|serving|term|usage)limits?|expireddaily|^(user|resource|concurrentoperations?)?quota|rate)exceeded$/;

/** Whether the reason of an error says that a rate or a quota is exhausted. */
export function isQuotaReason(reason: unknown): boolean {
  return typeof reason === 'string' && quotaReasons.test(reason.toLowerCase().replace(/[^a-z]/g, ''));
}
