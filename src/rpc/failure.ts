import { isLROError, RequestError } from '../errors.js';
import { Code, toCode, type Status } from '../status.js';

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
  const { code, message, details, name: kind, cause } = fields(error);
  const failure = (status: Status, origin: 'service' | 'transport'): RequestError =>
    new RequestError({ method, operationName: name, status, origin, cause: error });

  if (typeof code === 'number' && toCode(code) === code) {
    const text = typeof details === 'string' && details !== '' ? details : String(message ?? '');
    return failure({ code: toCode(code), message: text, details: [] }, 'service');
  }
  const system = typeof code === 'string' ? code : fields(cause).code;
  if (typeof system === 'string' && networkCode.test(system)) {
    const text = message === undefined || message === '' ? 'no connection' : String(message);
    return failure({ code: Code.UNAVAILABLE, message: `${text} (${system})`, details: [] }, 'transport');
  }
  // A mistake in a program is not cured by asking again.
  if (typeof kind === 'string' && mistakes.has(kind) && !networkMessage.test(String(message))) return error;
  return failure({ code: Code.UNKNOWN, message: String(message ?? error), details: [] }, 'transport');
}

const networkCode = /^(E(CONN|NOTFOUND|AI_|PIPE|TIMEDOUT|HOST|NET|ADDR)|UND_ERR_|ERR_HTTP2_|ERR_STREAM_PREMATURE)/;
const networkMessage = /^(fetch failed|terminated|network error|failed to fetch|load failed)/i;
const mistakes = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { message: value };
}
