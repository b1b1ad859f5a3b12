import { requestError, withHint, type RequestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { connectionHint, connectionMessage } from './connection-hint.js';
import { lastingProblem, rootCauseMessage, systemCode, type LastingProblem } from './lasting-problem.js';
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
  const { redactor, httpStatus } = exchange;
  const code = systemCode(error);
  const text = connectionMessage(redactor.beginning(rootCauseMessage(error), 300));
  const message = code === undefined || text.includes(code) ? text : `${code}: ${text}`;
  const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
  const lasting = lastingProblem(error);
  const reason = lasting?.problem ? `${lasting.problem}: ${message}` : message;
  const hinted = withHint(`${failureOf(exchange, lasting)}: ${reason}`, connectionHint(reason, 'REST'));
  return requestError(rpc, lasting?.code ?? codeOf(code), hinted, { httpStatus, cause });
}

function failureOf({ host, httpStatus }: FailedExchange, lasting: LastingProblem | undefined): string {
  if (httpStatus !== undefined) return `The response of ${host} broke off`;
  return lasting?.isUnsent ? `Nothing was sent to ${host}` : `No response from ${host}`;
}

function codeOf(systemCode = ''): Code {
  return /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(systemCode) ? Code.DEADLINE_EXCEEDED : Code.UNAVAILABLE;
}
