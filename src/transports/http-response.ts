import type { JsonValue } from '../any.js';
import { RequestError, requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { retryDelayMs } from '../wire/details.js';
import { readErrorResponse, summarizeBody } from './error-response.js';
import type { HttpResponse } from './fetch.js';
import { maxBodyBytes } from './http-body.js';
import { parseJson } from './json.js';
import { maxRetryAfterMs, parseHttpDate, parseRetryAfter } from './retry-after.js';

/** The response to an RPC that succeeded. */
export interface RpcResponse {
  /** The body; undefined if it is empty. */
  readonly json: JsonValue | undefined;
  /** The delay that the server requested before the next request, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Reads the response to an RPC.
 *
 * @throws {@link RequestError} if its status is not a success, its body is too long, or its body is not JSON.
 */
export function parseResponse(rpc: RpcInfo, response: HttpResponse): RpcResponse {
  const { status: httpStatus, text } = response;
  if (httpStatus < 200 || httpStatus > 299) throw responseError(rpc, response);
  if (text === undefined) {
    const problem = `HTTP ${httpStatus} with a body of more than ${maxBodyBytes} bytes`;
    throw requestError(rpc, Code.OUT_OF_RANGE, problem, { httpStatus });
  }
  const retryAfterMs = retryAfter(response);
  const json = parseJson(text);
  const mayBeEmpty = rpc.method === 'CancelOperation' || rpc.method === 'DeleteOperation';
  // The page of a proxy or a captive portal says nothing about the operation; another attempt may succeed.
  if (json === undefined && !(mayBeEmpty && text.trim() === '')) {
    const problem = `the body is not JSON: ${summarizeBody(httpStatus, text)}`;
    throw requestError(rpc, Code.UNKNOWN, problem, { httpStatus, retryAfterMs });
  }
  return { json, retryAfterMs };
}

/** The error for a response whose status is not a success. */
export function responseError(rpc: RpcInfo, response: HttpResponse): RequestError {
  const { status, origin } = readErrorResponse(response);
  const delays = [retryAfter(response), retryDelayMs(status)].filter((ms) => ms !== undefined);
  return new RequestError({
    method: rpc.method,
    operationName: rpc.name,
    status,
    origin,
    httpStatus: response.status,
    retryAfterMs: delays.length === 0 ? undefined : Math.min(Math.max(...delays), maxRetryAfterMs),
  });
}

/** The delay that `Retry-After` requests, in milliseconds. A date in it is relative to the server's clock, if the response has a `Date`. */
export function retryAfter({ headers }: Pick<HttpResponse, 'headers'>): number | undefined {
  const sent = parseHttpDate(headers.get('date') ?? '');
  return parseRetryAfter(headers.get('retry-after'), Number.isNaN(sent) ? Date.now() : sent);
}
