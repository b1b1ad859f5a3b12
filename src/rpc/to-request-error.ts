import { isLROError, requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { foreignCode } from './foreign-code.js';
import { sanitizeCause } from './sanitize-error.js';

/**
 * Converts what a transport threw to a {@link RequestError}. What belongs to the caller (a `TypeError` for an invalid
 * argument, a malformed response) is returned as it is.
 *
 * Errors of other libraries are recognised by their structure: `instanceof` fails across copies and realms.
 */
export function toRequestError(error: unknown, rpc: RpcInfo): unknown {
  try {
    return convert(error, rpc);
  } catch {
    // A throwing getter, a proxy, a message that has no string: whatever it is, the call must settle.
    return requestError(rpc, Code.UNKNOWN, 'an error that cannot be read');
  }
}

function convert(error: unknown, rpc: RpcInfo): unknown {
  if (isLROError(error)) return error;
  const { code, message = '', details, name, cause, retryAfterMs } = Object(error) as Record<string, unknown>;
  // It may have megabytes.
  const text = String((typeof details === 'string' && details) || message).slice(0, 1e5);
  const safe = sanitizeCause(error);
  const known = foreignCode(error);
  if (known) {
    const hint = typeof retryAfterMs === 'number' && { retryAfterMs };
    return requestError(rpc, known, text, { cause: safe, origin: 'service', ...hint });
  }
  const systemCode = String(typeof code === 'string' ? code : (cause as { code?: unknown } | null | undefined)?.code);
  if (networkErrorCodes.test(systemCode)) {
    return requestError(rpc, Code.UNAVAILABLE, `${text || 'no connection'} (${systemCode})`, { cause: safe });
  }
  // A programming error does not go away with a retry.
  if (programmingErrors.test(`${String(name)}: ${text}`)) return error;
  return requestError(rpc, Code.UNKNOWN, text || String(error), { cause: safe });
}

const networkErrorCodes = /^(E(CONN|NOTFOUND|AI_|PIPE|TIMEDOUT|HOST|NET|ADDR)|UND_ERR_|ERR_(HTTP2_|STREAM_PREMATURE))/;
// fetch() reports a broken connection as a TypeError too, and response.json() a page of a proxy as a SyntaxError.
const programmingErrors =
  /^(Type|Range|Reference)Error: (?!fetch failed|terminated|network ?error|failed to fetch|load failed)/i;
