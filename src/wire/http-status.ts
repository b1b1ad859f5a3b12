import { Code } from '../status.js';

/** The HTTP status that means each code, from 1 on; 0 where it means another code. */
const meanings: readonly number[] = [499, 0, 400, 504, 404, 0, 403, 429, 0, 409, 416, 501, 500, 503, 0, 401];

/** Statuses with the meaning of another: of locks, connections, proxies and content delivery networks. */
const synonyms: Readonly<Record<number, number>> = {
  408: 504,
  421: 503, // sent over the wrong connection
  423: 409, // locked
  425: 503, // too early
  502: 503,
  524: 504,
  598: 504,
  599: 504,
};

/** The "HTTP Mapping" of google/rpc/code.proto: the code is the index. */
const statusesByCode = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** The code for an HTTP status, for a response whose body contains no code. */
export function codeFromHttp(status: number): Code {
  const code = meanings.indexOf(synonyms[status] ?? status) + 1;
  if (code > 0) return code as Code;
  if (status >= 200 && status < 300) return Code.OK;
  if (status >= 400 && status < 500) return Code.FAILED_PRECONDITION;
  // Of proxies and content delivery networks, when the server cannot be reached or is overloaded.
  if (status >= 520 && status <= 530) return Code.UNAVAILABLE;
  return status >= 500 && status < 600 ? Code.INTERNAL : Code.UNKNOWN;
}

/** The HTTP status of a service's response with a code. */
export function httpFromCode(code: Code): number {
  return statusesByCode[code] ?? 500;
}
