import { Code } from '../status.js';

const codes: Readonly<Record<number, Code>> = {
  400: Code.INVALID_ARGUMENT,
  401: Code.UNAUTHENTICATED,
  403: Code.PERMISSION_DENIED,
  404: Code.NOT_FOUND,
  409: Code.ABORTED,
  416: Code.OUT_OF_RANGE,
  429: Code.RESOURCE_EXHAUSTED,
  499: Code.CANCELLED,
  501: Code.UNIMPLEMENTED,
  503: Code.UNAVAILABLE,
  504: Code.DEADLINE_EXCEEDED,
};

// google/rpc/code.proto, "HTTP Mapping", by code.
const statuses = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** The code that an HTTP status amounts to where the body says nothing better. */
export function codeFromHttp(status: number): Code {
  if (codes[status] !== undefined) return codes[status];
  if (status >= 200 && status < 300) return Code.OK;
  if (status >= 400 && status < 500) return Code.FAILED_PRECONDITION;
  return status >= 500 && status < 600 ? Code.INTERNAL : Code.UNKNOWN;
}

/** The HTTP status with which a service answers a code. */
export function httpFromCode(code: Code): number {
  return statuses[code] ?? 500;
}
