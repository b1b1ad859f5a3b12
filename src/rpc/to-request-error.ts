import { isLROError, requestError, type RpcInfo } from '../errors.js';
import { Code, toCode } from '../status.js';

/**
 * What a transport threw, as a {@link RequestError}; anything else that belongs to the caller (a `TypeError` of a bad
 * argument, a malformed answer) comes back as it is.
 *
 * Errors of other libraries are understood by their structure: an `instanceof` fails across copies and realms.
 */
export function toRequestError(error: unknown, rpc: RpcInfo): unknown {
  if (isLROError(error)) return error;
  const { code, message = '', details, name: kind, cause } = Object(error) as Record<string, unknown>;
  const text = String(message);
  if (code && toCode(code) === code) {
    const said = typeof details === 'string' && details ? details : text;
    return requestError(rpc, code as Code, said, { cause: error, origin: 'service' });
  }
  const systemCode = String(typeof code === 'string' ? code : (cause as { code?: unknown } | null | undefined)?.code);
  if (networkErrorCodes.test(systemCode)) {
    return requestError(rpc, Code.UNAVAILABLE, `${text || 'no connection'} (${systemCode})`, { cause: error });
  }
  // A mistake in a program is not cured by asking again.
  if (programmingErrors.test(`${String(kind)}: ${text}`)) return error;
  return requestError(rpc, Code.UNKNOWN, text || String(error), { cause: error });
}

const networkErrorCodes = /^(E(CONN|NOTFOUND|AI_|PIPE|TIMEDOUT|HOST|NET|ADDR)|UND_ERR_|ERR_(HTTP2_|STREAM_PREMATURE))/;
// What fetch() says of a connection that broke is a TypeError too.
const programmingErrors =
  /^(Type|Range|Reference|Syntax)Error: (?!fetch failed|terminated|network error|failed to fetch|load failed)/i;
