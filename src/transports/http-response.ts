import type { JsonValue } from '../any.js';
import { RequestError, requestError, withHint, type RpcInfo } from '../errors.js';
import { Code, type Status } from '../status.js';
import { summarizeBody } from './body-summary.js';
import { readErrorResponse } from './error-response.js';
import type { HttpResponse } from './fetch.js';
import { statusFromGrpcHeaders } from './grpc-headers.js';
import { maxBodyBytes } from './http-body.js';
import { operationFromJson } from '../wire/json.js';
import { isObject, type JsonObject } from '../wire/json-object.js';
import { parseJson } from './json.js';
import { redactErrors } from './redacted-errors.js';
import { requestedDelayMs, retryAfter } from './retry-after.js';
import { statusHint } from './status-hint.js';

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
  const { status: httpStatus, text, redactor } = response;
  if (httpStatus < 200 || httpStatus > 299) throw responseError(rpc, response);
  if (text === undefined) {
    const problem = `HTTP ${httpStatus} with a body of more than ${maxBodyBytes} bytes`;
    throw requestError(rpc, Code.OUT_OF_RANGE, problem, { httpStatus });
  }
  const retryAfterMs = retryAfter(response.headers);
  const json = parseJson(text);
  // Only the headers say that the call failed.
  if (isEmpty(json) && statusFromGrpcHeaders(response.headers)) throw responseError(rpc, response);
  const mayBeEmpty = rpc.method === 'CancelOperation' || rpc.method === 'DeleteOperation';
  // The page of a proxy or a captive portal says nothing about the operation; another attempt may succeed.
  if (json === undefined && !(mayBeEmpty && text.trim() === '')) {
    const problem = `the body is not JSON: ${summarizeBody(httpStatus, text, redactor)}`;
    const hinted = withHint(problem, 'this is not the service: check the endpoint, and logins or proxies before it');
    throw requestError(rpc, Code.UNKNOWN, hinted, { httpStatus, retryAfterMs });
  }
  if (checkedMethods.includes(rpc.method) && isOnlyError(json)) throw errorInSuccess(rpc, response, json);
  return { json: redactErrors(json, redactor), retryAfterMs };
}

/** Whether a body says nothing: there is none, or it has no fields, as of a call that failed after its headers. */
function isEmpty(json: JsonValue = null): boolean {
  return typeof json === 'object' && Object.keys(json ?? {}).length === 0;
}

/** The methods whose results are not operations; those are checked where they are read. */
const checkedMethods = ['ListOperations', 'CancelOperation', 'DeleteOperation'];

/** Whether a body is an error and nothing else, which a 200 does not make a success. */
function isOnlyError(json: JsonValue | undefined): json is JsonObject {
  return isObject(json) && (json.error ?? undefined) !== undefined && Object.keys(json).length === 1;
}

/** The error for such a body. */
function errorInSuccess({ method, name }: RpcInfo, response: HttpResponse, { error = null }: JsonObject): RequestError {
  const received = operationFromJson({ done: true, error }).error as Status;
  const { status: httpStatus, redactor } = response;
  const status = redactor.status({ ...received, code: received.code || Code.UNKNOWN });
  return new RequestError({ method, operationName: name, status, origin: 'service', httpStatus });
}

/** The error for a response whose status is not a success. */
export function responseError(rpc: RpcInfo, response: HttpResponse): RequestError {
  const { status, origin } = readErrorResponse(response);
  const options = {
    method: rpc.method,
    operationName: rpc.name,
    status,
    origin,
    httpStatus: response.status,
    retryAfterMs: requestedDelayMs(response.headers, status),
  };
  return new RequestError({ ...options, hint: statusHint({ ...options, isAnonymous: response.isAnonymous }) });
}
