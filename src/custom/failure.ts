import { isLROError, isRequestError, RequestError } from '../errors.js';
import { grpcFailure, type GrpcStatus } from '../grpc/failure.js';
import { parseResponse } from '../rest/channel.js';
import { transportError, type RpcInfo } from '../rest/failure.js';
import type { HttpResponse } from '../rest/send.js';
import { toRequestError as toPlainFailure } from '../rpc/to-request-error.js';
import { Code } from '../status.js';
import { gaxDetails } from './gax-details.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a verb threw, as a {@link RequestError}; a mistake of the program's, such as a `TypeError`, comes back as it is.
 * It goes by structure alone. Errors of HTTP libraries hang the request on themselves, headers and all: of these only
 * texts and codes are taken over.
 */
export async function toFailure(error: unknown, call: RpcInfo): Promise<unknown> {
  if (isLROError(error)) return error;
  const answer = await httpAnswer(error);
  if (answer !== undefined) {
    try {
      parseResponse(call, answer);
    } catch (failure) {
      return failure;
    }
  }
  if (isGrpcStatus(error)) return grpcFailure({ method: call.method, operationName: call.name }, error, true);
  const { name, code, message } = fieldsOf(error);
  const sanitized = sanitizeError(error);
  if (name === 'TimeoutError' || code === 'TimeoutError') {
    return transportError(call, Code.DEADLINE_EXCEEDED, String(message), { cause: sanitized });
  }
  const failure = toPlainFailure(error, call);
  if (!isRequestError(failure)) return failure;
  const { method, operationName, origin, status } = failure;
  const details = origin === 'service' ? gaxDetails(error) : [];
  return new RequestError({ method, operationName, status: { ...status, details }, origin, cause: sanitized });
}

/** The answer that was no success, if that is what was thrown, or what hangs on it. */
async function httpAnswer(error: unknown): Promise<HttpResponse | undefined> {
  const { response, message } = fieldsOf(error);
  for (const given of [response, error]) {
    const { status: any, statusCode, headers } = fieldsOf(given);
    const status = [any, statusCode].find((number) => typeof number === 'number');
    if (status === undefined || !(status >= 300 && status < 600)) continue;
    return {
      status,
      headers: toHeaders(headers),
      text: (await bodyOf(given)) ?? (typeof message === 'string' ? message : ''),
    };
  }
  return undefined;
}

/** The body as text; undefined if it is not to be had. */
async function bodyOf(response: unknown): Promise<string | undefined> {
  const { data, body, _data, bodyUsed, text } = fieldsOf(response);
  if (typeof text === 'function' && bodyUsed !== true) {
    // What the connection broke off in has its status all the same.
    return (text.call(response) as Promise<string>).catch(() => undefined);
  }
  const parsed = [data, _data, body].find((value) => value !== undefined && value !== null && value !== '');
  if (typeof parsed === 'string' || parsed === undefined) return parsed;
  return isStream(parsed) ? undefined : JSON.stringify(parsed);
}

const isStream = (value: unknown): boolean =>
  ArrayBuffer.isView(value) || ['getReader', 'pipe'].some((method) => typeof fieldsOf(value)[method] === 'function');

function toHeaders(headers: unknown): HttpResponse['headers'] {
  const { get } = fieldsOf(headers);
  if (typeof get === 'function') return { get: (name) => stringOrNull(get.call(headers, name)) };
  const plain = Object.entries(fieldsOf(headers)).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { get: (name) => stringOrNull(plain.find(([key]) => key === name)?.[1]) };
}

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** An error of grpc-js, whose trailers hold the details. */
function isGrpcStatus(error: unknown): error is GrpcStatus {
  const { code, metadata } = fieldsOf(error);
  return (
    typeof code === 'number' && ['get', 'getMap'].every((method) => typeof fieldsOf(metadata)[method] === 'function')
  );
}

/** An error that says the same and holds nothing else. */
function sanitizeError(error: unknown): Error {
  const { name, message, code, cause } = fieldsOf(error);
  const sanitized = new Error(typeof message === 'string' ? message : String(error));
  if (typeof name === 'string') sanitized.name = name;
  const system = code ?? fieldsOf(cause).code;
  return system === undefined ? sanitized : Object.assign(sanitized, { code: system });
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
