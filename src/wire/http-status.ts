import { Code } from '../status.js';

const codesByStatus: Readonly<Record<number, Code>> = {
  400: Code.INVALID_ARGUMENT,
  401: Code.UNAUTHENTICATED,
  403: Code.PERMISSION_DENIED,
  404: Code.NOT_FOUND,
  408: Code.DEADLINE_EXCEEDED,
  409: Code.ABORTED,
  416: Code.OUT_OF_RANGE,
  421: Code.UNAVAILABLE, // sent over the wrong connection
  423: Code.ABORTED, // locked
  425: Code.UNAVAILABLE, // too early
  429: Code.RESOURCE_EXHAUSTED,
  499: Code.CANCELLED,
  501: Code.UNIMPLEMENTED,
  502: Code.UNAVAILABLE,
  503: Code.UNAVAILABLE,
  504: Code.DEADLINE_EXCEEDED,
  // Of proxies and content delivery networks, when the server cannot be reached, is overloaded or takes too long.
  520: Code.UNAVAILABLE,
  521: Code.UNAVAILABLE,
  522: Code.UNAVAILABLE,
  523: Code.UNAVAILABLE,
  524: Code.DEADLINE_EXCEEDED,
  525: Code.UNAVAILABLE,
  526: Code.UNAVAILABLE,
  527: Code.UNAVAILABLE,
  529: Code.UNAVAILABLE,
  530: Code.UNAVAILABLE,
  598: Code.DEADLINE_EXCEEDED,
  599: Code.DEADLINE_EXCEEDED,
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
