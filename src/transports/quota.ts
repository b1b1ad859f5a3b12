import { Code, findDetail, type Status } from '../status.js';
import { codeFromHttp } from '../wire/http-status.js';
import { isQuotaReason } from '../wire/quota-reason.js';
import { parseRetryAfter, type ReceivedHeaders } from './retry-after.js';

/** Whether the ErrorInfo of a status says that a rate or a quota is exhausted. */
export function isQuotaStatus(status: Status): boolean {
  return isQuotaReason(findDetail(status, 'ErrorInfo')?.reason);
}

/**
 * The code of a status: a used-up quota is RESOURCE_EXHAUSTED, also where the service says PERMISSION_DENIED, and a message
 * over a size limit, which is as long the next time, OUT_OF_RANGE.
 */
export function codeOfLimit(status: Status): Code {
  const { code, message } = status;
  if (code === Code.PERMISSION_DENIED && isQuotaStatus(status)) return Code.RESOURCE_EXHAUSTED;
  return code === Code.RESOURCE_EXHAUSTED && sizeLimit.test(message) ? Code.OUT_OF_RANGE : code;
}

// In the words of grpc-js, C++, Go, Java, .NET and Rust.
const sizeLimit = /message.{0,60} (?:larger than|exceeds|too large)/i;

// Those of GitHub and GitLab, and of the draft of the IETF.
const remainingHeaders = ['x-ratelimit-remaining', 'x-rate-limit-remaining', 'ratelimit-remaining'];

/**
 * The code of a response without a status of the service, such as the page of a proxy. A 403 is a used-up rate if its headers
 * say when to come back, or that nothing remains. They are not read beside a status: the service's PERMISSION_DENIED is final.
 */
export function codeOfPage(httpStatus: number, headers: ReceivedHeaders): Code {
  const isDeferred =
    remainingHeaders.some((name) => headers.get(name)?.trim() === '0') ||
    parseRetryAfter(headers.get('retry-after'), 0) !== undefined;
  return httpStatus === 403 && isDeferred ? Code.RESOURCE_EXHAUSTED : codeFromHttp(httpStatus);
}
