import { MalformedOperationError } from '../decode-errors.js';
import { isLROError, RequestError, requestError, type AnyLROError, type RpcInfo } from '../errors.js';
import { sanitizeError } from '../rpc/sanitize-error.js';
import { toRequestError } from '../rpc/to-request-error.js';
import { Code, toCode, type Status } from '../status.js';
import { asRecord } from '../transports/as-record.js';
import { causeChain, isSystemCode } from '../transports/cause-chain.js';
import { networkError } from '../transports/network-error.js';
import { codeOfLimit, codeOfPage } from '../transports/quota.js';
import type { Redactor } from '../transports/redact.js';
import { requestedDelayMs } from '../transports/retry-after.js';
import { statusHint } from '../transports/status-hint.js';
import { detailFromAny } from '../wire/details.js';
import { isConnectError, type ConnectErrorLike } from './types.js';

/** What is known about the call that failed. */
export interface FailedCall {
  /** The server, for messages. */
  readonly host: string;
  readonly timeoutMs: number;
  /** Whether the server has ever responded as expected. */
  readonly hasResponded: boolean;
  /** Removes the credentials of the call. */
  readonly redactor: Redactor;
}

/**
 * Converts what a transport of Connect rejected with. It wraps everything in a `ConnectError`, whose code is less exact than
 * its cause: a broken connection, or an error of the program, such as an interceptor's `TypeError`, which is returned
 * unchanged.
 */
export function connectFailure(rpc: RpcInfo, error: unknown, call: FailedCall): unknown {
  if (isLROError(error)) return withName(rpc, error);
  if (!isConnectError(error)) return toRequestError(error, rpc);
  const { cause } = error;
  if (isLROError(cause)) return cause;
  if (isFromService(error)) return serviceError(rpc, error, call.redactor);
  if (toCode(error.code) === Code.DEADLINE_EXCEEDED) {
    return requestError(rpc, Code.DEADLINE_EXCEEDED, `no response from ${call.host} within ${call.timeoutMs} ms`);
  }
  // As any message that cannot be decoded; Connect keeps no cause of it.
  if (error.rawMessage.startsWith('parse binary: '))
    return malformed(
      rpc,
      sanitizeError(error, (text) => call.redactor.text(text)),
    );
  return isErrorLike(cause) ? causeError(rpc, error, cause, call) : synthesizedError(rpc, error, call.redactor);
}

/** The decoders of bytes do not know the operation. */
function withName(rpc: RpcInfo, error: AnyLROError): AnyLROError {
  if (error.code !== 'LRO_MALFORMED_OPERATION' || error.operationName !== '') return error;
  return malformed(rpc, error);
}

function malformed({ method, name }: RpcInfo, cause: Error): MalformedOperationError {
  return new MalformedOperationError(name, `the response to ${method} cannot be read`, cause);
}

const synthesizedMessages = /^(?:HTTP (\d{3})$|unsupported (?:content type|response encoding) )/;

/** Whether the service itself sent the error. Connect adds the response's headers and trailers to such an error. */
function isFromService({ code, metadata, rawMessage }: ConnectErrorLike): boolean {
  if (metadata.get('grpc-status') !== null) return true;
  // An error that JSON without code and message becomes: another server's.
  if (toCode(code) === Code.UNKNOWN && rawMessage === '') return false;
  return metadata.get('content-type') !== null && !synthesizedMessages.test(rawMessage);
}

function serviceError(rpc: RpcInfo, error: ConnectErrorLike, redactor: Redactor): RequestError {
  const details = error.details.flatMap((detail) =>
    isBytes(detail.value)
      ? [detailFromAny({ typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value })]
      : [],
  );
  const status = redactor.status({ code: toCode(error.code), message: error.rawMessage, details });
  return withDelay(rpc, 'service', { ...status, code: codeOfLimit(status) }, error);
}

/** The error for a response that is not the service's, such as the page of a proxy, and for none. */
function synthesizedError(rpc: RpcInfo, error: ConnectErrorLike, redactor: Redactor): RequestError {
  const { rawMessage } = error;
  const [, http] = synthesizedMessages.exec(rawMessage) ?? [];
  const httpStatus = http === undefined ? undefined : Number(http);
  const status = { code: codeOf(error, httpStatus), message: redactor.text(rawMessage), details: [] };
  return withDelay(rpc, 'transport', status, error, httpStatus);
}

const brokenOff = /^protocol error: (?:incomplete envelope|promised \d+ bytes)/;

function codeOf({ code: connectCode, rawMessage, metadata }: ConnectErrorLike, httpStatus: number | undefined): Code {
  // A server of Connect or gRPC has no such path: it does not implement the method.
  if (httpStatus === 404) return Code.UNIMPLEMENTED;
  // Nothing but 200 is a success of these protocols: a 204 is the response of something else.
  if (httpStatus !== undefined) return codeOfPage(httpStatus, metadata) || Code.UNKNOWN;
  // A message over a size limit is as long the next time.
  if (rawMessage.includes('larger than configured')) return Code.OUT_OF_RANGE;
  const code = toCode(connectCode);
  // Not the cancellation of this call, which settles it first: the stream was reset. And Connect takes a response that broke
  // off for an invalid argument.
  return code === Code.CANCELLED || brokenOff.test(rawMessage) ? Code.UNAVAILABLE : code;
}

function withDelay(
  { method, name }: RpcInfo,
  origin: RequestError['origin'],
  status: Status,
  { metadata }: ConnectErrorLike,
  httpStatus?: number,
): RequestError {
  const retryAfterMs = requestedDelayMs(metadata, status);
  const options = { method, operationName: name, status, origin, httpStatus, retryAfterMs };
  return new RequestError({ ...options, hint: statusHint(options) });
}

/** The error for what was thrown while the request was sent or the response was read. */
function causeError(rpc: RpcInfo, error: ConnectErrorLike, cause: Error, call: FailedCall): unknown {
  const { redactor } = call;
  const redacted = (code: Code, text: string): RequestError =>
    requestError(rpc, code, redactor.text(text), { cause: sanitizeError(cause, (part) => redactor.text(part)) });
  const isUnreadable = cause.message.startsWith('cannot decode message '); // by protobuf-es
  // A body that is not JSON is not the service's; another attempt may succeed.
  if (cause.name === 'SyntaxError' || (isUnreadable && cause.cause !== undefined)) {
    return redacted(Code.UNKNOWN, `the body is not JSON: ${cause.message}`);
  }
  if (isUnreadable) return malformed(rpc, sanitizeError(cause));
  if (!call.hasResponded && isNoHttp2(cause)) {
    return redacted(
      Code.FAILED_PRECONDITION,
      `${call.host} does not speak HTTP/2 on this port: check the host and the port`,
    );
  }
  if (isNetworkError(cause)) return networkError(rpc, cause, call);
  return toRequestError(cause, rpc) === cause ? cause : redacted(toCode(error.code), error.rawMessage);
}

/** Whether what came over a connection was not HTTP/2. The next attempt would end the same. */
const isNoHttp2 = (error: Error): boolean =>
  (error as { code?: unknown }).code === 'ERR_HTTP2_ERROR' && error.message === 'Protocol error';

/** Whether a value is bytes, of whatever realm. */
const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value);

/** Whether a value is an error, of whatever realm. */
function isErrorLike(value: unknown): value is Error {
  const { name, message } = asRecord(value);
  return typeof name === 'string' && typeof message === 'string';
}

/** Whether an error is of a connection, by its system code or by what `fetch` says in Node.js and in browsers. */
function isNetworkError(error: Error): boolean {
  const code = causeChain(error)
    .map((cause) => cause.code)
    .find(isSystemCode);
  // ERR_INVALID_ARG_TYPE and the like are errors of the program.
  if (code !== undefined) return !/^ERR_(?!HTTP2_|SSL_|STREAM_|TLS_|SOCKET_)/.test(code);
  return error.name === 'TypeError' && /fetch|network ?error|load failed|terminated/i.test(error.message);
}
