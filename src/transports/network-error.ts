import { requestError, withHint, type RequestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { causeChain, isSystemCode } from './cause-chain.js';
import { connectionHint, connectionMessage } from './connection-hint.js';
import type { Redactor } from './redact.js';

/** An HTTP exchange that failed. */
export interface FailedExchange {
  readonly host: string;
  /** Removes the credentials of the request. */
  readonly redactor: Redactor;
  /** The status, if the response had begun. */
  readonly httpStatus?: number | undefined;
}

/**
 * The error for a connection that could not be established or broke. What `fetch` threw is not its `cause`: some
 * implementations attach the request with its headers to errors. Only code and message are kept, with secrets redacted.
 */
export function networkError(rpc: RpcInfo, error: unknown, exchange: FailedExchange): RequestError {
  const { host, redactor, httpStatus } = exchange;
  const code = systemCode(error);
  const isPlain = isPlainPort(error, code);
  const text = connectionMessage(redactor.beginning(rootCauseMessage(error), 300));
  const message = code === undefined || text.includes(code) ? text : `${code}: ${text}`;
  const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
  const problem = httpStatus === undefined ? `No response from ${host}` : `The response of ${host} broke off`;
  const reason = isPlain ? `the port does not speak TLS: ${message}` : message;
  const hinted = withHint(`${problem}: ${reason}`, connectionHint(reason, 'REST'));
  return requestError(rpc, isPlain ? Code.FAILED_PRECONDITION : codeOf(code), hinted, { httpStatus, cause });
}

const rpcCodes: Readonly<Record<string, Code>> = {
  UND_ERR_HEADERS_TIMEOUT: Code.DEADLINE_EXCEEDED,
  UND_ERR_BODY_TIMEOUT: Code.DEADLINE_EXCEEDED,
  UND_ERR_INVALID_ARG: Code.INVALID_ARGUMENT,
};

function codeOf(systemCode = ''): Code {
  // The next attempt will not trust the certificate either.
  if (/CERT|^UNABLE_TO_/.test(systemCode)) return Code.FAILED_PRECONDITION;
  return rpcCodes[systemCode] ?? Code.UNAVAILABLE;
}

/**
 * Whether the response to TLS was not TLS, so that the port most likely speaks plain HTTP: no attempt will find TLS there. The
 * code of Node.js's `https` is EPROTO for every problem of TLS; its message has the words of OpenSSL.
 */
function isPlainPort(error: unknown, systemCode = ''): boolean {
  if (systemCode === 'EPROTO') return notTls.test(rootCauseMessage(error));
  return /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(systemCode);
}

const notTls = /wrong version number|packet length too long|ssl.*http request/i;

/** The first code of a system error among an error and its causes. */
function systemCode(error: unknown): string | undefined {
  return causeChain(error)
    .map(({ code }) => code)
    .find(isSystemCode);
}

/** The message of the innermost cause that has one: `fetch` itself only says "fetch failed". */
function rootCauseMessage(error: unknown): string {
  const messages = causeChain(error).map(({ message }) => message);
  const text = messages.filter((message) => typeof message === 'string' && message !== '').at(-1);
  return typeof text === 'string' ? text : 'unknown error';
}
