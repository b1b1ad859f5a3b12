import type { RequestErrorOptions } from '../errors.js';
import { Code, findDetail, type Status } from '../status.js';

/** A failed request, as far as it shows what to do. */
export interface FailedRequest extends Pick<RequestErrorOptions, 'method' | 'origin' | 'status'> {
  /** Whether the request is known to have carried no credentials. */
  readonly isAnonymous?: boolean | undefined;
}

/** What to do about a response that is not a success; undefined if its message must suffice. */
export function statusHint(request: FailedRequest): string | undefined {
  const { method, origin, status, isAnonymous = false } = request;
  switch (status.code) {
    case Code.UNAUTHENTICATED:
      return isAnonymous ? noCredentials : 'renew the credentials, then resume the wait';
    case Code.PERMISSION_DENIED:
      return isAnonymous ? noCredentials : permissionHint(status);
    case Code.NOT_FOUND:
    case Code.UNIMPLEMENTED:
      return missingHint(method, origin, status.code);
    default:
      return undefined;
  }
}

const noCredentials = "no credentials were sent: pass 'auth'";

function permissionHint(status: Status): string {
  const { reason } = findDetail(status, 'ErrorInfo') ?? {};
  const [link] = findDetail(status, 'Help')?.links ?? [];
  if (reason === 'SERVICE_DISABLED') {
    return `enable the API in the project of the credentials${link ? ` (${link.url})` : ''}, then resume the wait`;
  }
  return 'check the project and the roles of the credentials, then resume the wait';
}

function missingHint(method: string, origin: FailedRequest['origin'], code: Code): string {
  const isUnimplemented = code === Code.UNIMPLEMENTED;
  if (method === 'CancelOperation' || method === 'DeleteOperation') {
    if (origin === 'transport') return 'the service may not have this method; the operation goes on';
    return isUnimplemented ? 'the operation goes on' : unknownName;
  }
  if (origin === 'transport') return 'this is not the service: check the endpoint, its version and its paths';
  if (!isUnimplemented) return unknownName;
  if (method === 'WaitOperation') return 'a poller does without it';
  return 'check the endpoint: the service there has no such method';
}

const unknownName = 'check the endpoint and the region; an operation expires some time after its end';
