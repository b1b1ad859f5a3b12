import { RequestError, type RequestErrorOptions } from '../errors.js';
import { Code } from '../status.js';
import type { Method } from './http-rule.js';

/** Which RPC it is about: what goes into its errors. */
export interface RpcInfo {
  readonly method: Method;
  readonly name: string;
}

/** The error for what the service itself did not say. */
export function transportError(
  call: RpcInfo,
  code: Code,
  message: string,
  more?: Partial<RequestErrorOptions>,
): RequestError {
  const status = { code, message, details: [] };
  return new RequestError({ method: call.method, operationName: call.name, status, origin: 'transport', ...more });
}

// UNAVAILABLE, unless the code of the error underneath says better.
const codes: Readonly<Record<string, Code>> = {
  UND_ERR_HEADERS_TIMEOUT: Code.DEADLINE_EXCEEDED,
  UND_ERR_BODY_TIMEOUT: Code.DEADLINE_EXCEEDED,
  UND_ERR_INVALID_ARG: Code.INVALID_ARGUMENT,
};

/**
 * The error for a connection that could not be made or broke. What `fetch` threw is no `cause`: some implementations
 * hang the request, headers and all, on their errors. Its system code and message are kept, `secrets` blotted out.
 */
export function networkError(
  call: RpcInfo,
  host: string,
  error: unknown,
  secrets: readonly string[],
  httpStatus?: number,
): RequestError {
  const code = systemCode(error);
  let text = redact(rootCauseMessage(error), secrets);
  if (text.length > 300) text = `${text.slice(0, 300)}…`;
  const named = code === undefined || text.includes(code) ? text : `${code}: ${text}`;
  const cause = Object.assign(new Error(named), code === undefined ? {} : { code });
  const verb = httpStatus === undefined ? 'No answer from' : 'The answer broke off from';
  return transportError(call, codeOf(code), `${verb} ${host}: ${named}`, {
    httpStatus,
    cause,
  });
}

function codeOf(systemCode = ''): Code {
  // A certificate that is not trusted is not so by the next attempt either.
  if (/CERT|^UNABLE_TO_/.test(systemCode)) return Code.FAILED_PRECONDITION;
  return codes[systemCode] ?? Code.UNAVAILABLE;
}

/** A text without the credentials that it may repeat. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
}

/** The code of a system error, such as `'ECONNREFUSED'`, from an error or what caused it. */
export function systemCode(error: unknown): string | undefined {
  for (const { code } of causeChain(error)) {
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return undefined;
}

/** The message of the innermost cause that has one: `fetch` itself says no more than "fetch failed". */
function rootCauseMessage(error: unknown): string {
  const messages = causeChain(error).map(({ message }) => message);
  const text = messages.filter((message) => typeof message === 'string' && message !== '').at(-1);
  return typeof text === 'string' ? text : 'unknown error';
}

type ErrorLike = Readonly<{ code?: unknown; message?: unknown; cause?: unknown }>;

function causeChain(error: unknown): ErrorLike[] {
  const causes: ErrorLike[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && causes.length < 5) {
    const link: ErrorLike = next;
    causes.push(link);
    next = link.cause;
  }
  return causes;
}
