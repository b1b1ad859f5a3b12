import { Code } from '../status.js';

const codesByStatus: Readonly<Record<number, Code>> = {
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

/** The "HTTP Mapping" of google/rpc/code.proto: the code is the index. */
const statusesByCode = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** The code for an HTTP status, for a response whose body contains no code. */
export function codeFromHttp(status: number): Code {
  if (codesByStatus[status] !== undefined) return codesByStatus[status];
  if (status >= 200 && status < 300) return Code.OK;
  if (status >= 400 && status < 500) return Code.FAILED_PRECONDITION;
  return status >= 500 && status < 600 ? Code.INTERNAL : Code.UNKNOWN;
}

/** The HTTP status of a service's response with a code. */
export function httpFromCode(code: Code): number {
  return statusesByCode[code] ?? 500;
}
