import { Code, findDetail, type Status } from '../status.js';
import { isQuotaReason } from '../wire/quota-reason.js';

/** Whether the ErrorInfo of a status says that a rate or a quota is exhausted. */
export function isQuotaStatus(status: Status): boolean {
  return isQuotaReason(findDetail(status, 'ErrorInfo')?.reason);
}

/** The code of a status: a used-up quota is RESOURCE_EXHAUSTED, also where the service says PERMISSION_DENIED. */
export function codeOfQuota(status: Status): Code {
  return status.code === Code.PERMISSION_DENIED && isQuotaStatus(status) ? Code.RESOURCE_EXHAUSTED : status.code;
}
