import {
  isLROError,
  isRequestError,
  RequestError,
  requestError,
  type RequestErrorOptions,
  type RpcInfo,
} from '../errors.js';
import { sanitizeError } from '../rpc/sanitize-error.js';
import { toRequestError } from '../rpc/to-request-error.js';
import { Code } from '../status.js';
import { asRecord } from '../transports/as-record.js';
import type { HttpResponse } from '../transports/fetch.js';
import { grpcError, type GrpcStatus } from '../transports/grpc-status.js';
import { responseError } from '../transports/http-response.js';
import { lastingProblem } from '../transports/lasting-problem.js';
import { networkError } from '../transports/network-error.js';
import { opaqueProblem } from '../transports/opaque-response.js';
import { gaxDetails } from '../transports/gax-details.js';
import type { Redactor } from '../transports/redact.js';
import { stringOrEmpty } from './defaults.js';
import { redactorFor } from './request-secrets.js';
import { headersOf } from './response-headers.js';
import { toJsonText } from './value.js';

/**
 * Converts what a callback threw to a {@link RequestError}. An error of the program, such as a `TypeError`, is returned
 * unchanged. It only looks at structure. Errors of HTTP libraries have the request with its headers attached: only their
 * texts and codes are used.
 */
export async function toFailure(error: unknown, rpc: RpcInfo): Promise<unknown> {
  if (isLROError(error)) return error;
  const redactor = redactorFor(error);
  const problem = opaqueProblem(asRecord(error));
  if (problem !== undefined) return requestError(rpc, Code.FAILED_PRECONDITION, problem);
  const response = await attachedResponse(error, redactor);
  if (response !== undefined) return responseError(rpc, response);
  if (isGrpcStatus(error)) return grpcError(rpc, error, true, redactor);
  const { name, code, message } = asRecord(error);
  const sanitized = sanitizeError(error, (text) => redactor.text(text));
  if (name === 'TimeoutError' || code === 'TimeoutError') {
    return requestError(rpc, Code.DEADLINE_EXCEEDED, redactor.text(String(message)), { cause: sanitized });
  }
  const failure = toRequestError(error, rpc);
  if (!isRequestError(failure)) return failure;
  const { origin, status } = failure;
  // The TypeErrors that are left are of a connection, by fetch().
  if (origin === 'transport' && (name === 'TypeError' || lastingProblem(error))) {
    return networkError(rpc, error, { host: 'the service', redactor });
  }
  const details = origin === 'service' ? gaxDetails(error) : [];
  return new RequestError({
    ...(failure as RequestErrorOptions),
    status: redactor.status({ ...status, details }),
    httpStatus: gaxHttpStatus(error),
    cause: sanitized,
  });
}

/** The HTTP status of an error of google-gax 6 over REST, whose `code` is that of gRPC. */
function gaxHttpStatus(error: unknown): number | undefined {
  const { httpStatusCode } = asRecord(error);
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined;
}

/** The HTTP response that was thrown, or that is attached to the error, if it is not a success. */
async function attachedResponse(error: unknown, redactor: Redactor): Promise<HttpResponse | undefined> {
  const { response, message } = asRecord(error);
  for (const given of [response, error]) {
    const { status: any, statusCode, headers } = asRecord(given);
    const status = [any, statusCode].find((number) => typeof number === 'number');
    if (status === undefined || !(status >= 300 && status < 600)) continue;
    // gaxios 7 has read the body already: its text is then the message of the error.
    const text = (await bodyOf(given)) || (await bodyOf(error)) || stringOrEmpty(message);
    return { status, headers: headersOf(headers), text, redactor };
  }
  return undefined;
}

/** The body as text; empty if it cannot be read. */
async function bodyOf(response: unknown): Promise<string> {
  const { data, body, _data, error, bodyUsed, text } = asRecord(response);
  let read: unknown = text;
  try {
    if (typeof text === 'function') read = bodyUsed !== true && (await text.call(response));
  } catch {
    // If the connection broke within the body, the status is still known.
    return '';
  }
  const content = [read, data, _data, body, errorBody(error)].find(Boolean) ?? '';
  if (typeof content === 'string') return content;
  if (ArrayBuffer.isView(content)) return new TextDecoder().decode(content as Uint8Array<ArrayBuffer>);
  const { pipe, getReader = pipe } = asRecord(content);
  // A stream is left to the caller.
  return typeof getReader === 'function' ? '' : (toJsonText(content) ?? '');
}

/** The body of an error that has only its `error`, as those of the clients of OpenAI and Anthropic. */
function errorBody(error: unknown): unknown {
  if (typeof asRecord(error).error === 'object') return error;
  return typeof asRecord(error).message === 'string' ? { error } : undefined;
}

/** Whether it is an error of grpc-js, whose trailers hold the details. */
function isGrpcStatus(error: unknown): error is GrpcStatus {
  const { code, metadata } = asRecord(error);
  return (
    typeof code === 'number' && ['get', 'getMap'].every((method) => typeof asRecord(metadata)[method] === 'function')
  );
}
