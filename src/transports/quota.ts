import { Code, findDetail, type Status } from '../status.js';
import { isQuotaReason } from '../wire/quota-reason.js';

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
