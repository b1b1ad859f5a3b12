import { isLROError, RequestError, transportError } from '../errors.js';
import { Code, toCode } from '../status.js';

/** Which call it was. */
export interface Rpc {
  /** The RPC's name, such as `'GetOperation'`. */
  readonly method: string;
  /** The name it is about. */
  readonly name: string;
}

/**
 * What a transport threw, as a {@link RequestError}; anything else that belongs to the caller (a `TypeError` of a bad
 * argument, a malformed answer) comes back as it is.
 *
 * Errors of other libraries are understood by their structure: an `instanceof` fails across copies and realms.
 */
export function toFailure(error: unknown, { method, name }: Rpc): unknown {
  if (isLROError(error)) return error;
  const { code, message = '', details, name: kind, cause } = fields(error);
  const text = String(message);
  if (typeof code === 'number' && code > 0 && toCode(code) === code) {
    const status = {
      code: toCode(code),
      message: typeof details === 'string' && details ? details : text,
      details: [],
    };
    return new RequestError({ method, operationName: name, status, origin: 'service', cause: error });
  }
  const system = typeof code === 'string' ? code : fields(cause).code;
  if (typeof system === 'string' && networkCode.test(system)) {
    return transportError(method, name, Code.UNAVAILABLE, `${text || 'no connection'} (${system})`, error);
  }
  // A mistake in a program is not cured by asking again.
  if (mistake.test(String(kind)) && !networkMessage.test(text)) return error;
  return transportError(method, name, Code.UNKNOWN, text || String(error), error);
}

const networkCode = /^(E(CONN|NOTFOUND|AI_|PIPE|TIMEDOUT|HOST|NET|ADDR)|UND_ERR_|ERR_HTTP2_|ERR_STREAM_PREMATURE)/;
const networkMessage = /^(fetch failed|terminated|network error|failed to fetch|load failed)/i;
const mistake = /^(Type|Range|Reference|Syntax)Error$/;

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { message: value };
}
