import { RequestError, requestError, withHint, type RpcInfo } from '../errors.js';
import { Code, toCode, type Status } from '../status.js';
import { decodeStatus } from '../wire/messages.js';
import { describeAuthFailure } from './auth-error.js';
import { connectionHint, connectionMessage } from './connection-hint.js';
import { codeOfLimit, codeOfPage } from './quota.js';
import { statusHint } from './status-hint.js';
import { Redactor } from './redact.js';
import { requestedDelayMs, type ReceivedHeaders } from './retry-after.js';

/** The part of grpc-js's `Metadata` that is read. */
export interface ReceivedMetadata {
  get(key: string): unknown[];
  getMap(): object;
}

/** The status that a call of grpc-js ends with, or an error of grpc-js, which has the same properties. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: ReceivedMetadata | undefined;
}

/**
 * Converts an error of grpc-js to a {@link RequestError}, with the details of the `grpc-status-details-bin` trailer. The error
 * itself is not its `cause`: its texts and trailers may repeat credentials. Code and message are kept, redacted.
 *
 * @param headersReceived - whether response headers came before it.
 * @param redactor - removes the credentials of the request.
 * @param texts - those in headers and trailers, which may say when to come back.
 */
export function grpcError(
  rpc: RpcInfo,
  error: GrpcStatus,
  headersReceived: boolean,
  redactor = new Redactor(),
  texts: ReceivedHeaders = { get: () => null },
): RequestError {
  const text = typeof error.details === 'string' ? error.details : '';
  if (text.startsWith(pluginPrefix)) return pluginError(rpc, error.code, text.slice(pluginPrefix.length));
  const rich = statusFromTrailer(error);
  const origin: RequestError['origin'] = isSynthesized(error, text, headersReceived) ? 'transport' : 'service';
  // Node's HTTP/2 drops a message that ends in a space, or the space.
  const message = rich !== undefined && (text === '' || rich.message.trimEnd() === text) ? rich.message : text;
  const received = redactor.status({ code: toCode(error.code), message, details: rich?.details ?? [] });
  const status = withLastingProblem({ ...received, code: codeOfLimit(received) }, origin, texts);
  const cause = Object.assign(new Error(received.message), { code: received.code });
  const { method, name: operationName } = rpc;
  const httpStatus = origin === 'transport' ? httpStatusIn(message) : undefined;
  const retryAfterMs = requestedDelayMs(texts, status);
  const options = { method, operationName, status, origin, httpStatus, retryAfterMs, cause };
  return new RequestError({ ...options, hint: statusHint(options) });
}

/** The message of a status for a plain-text connection that was closed by a server that speaks TLS. */
export const plainTextRefused = 'Plain text refused: the server speaks TLS';

// What a connection without TLS, TLS without HTTP/2 and the like end with, in the words of OpenSSL and nghttp2. The next
// attempt would end the same.
const lastingProblems: readonly (readonly [RegExp, string])[] = [
  [/wrong version number|packet length too long|ssl.*http request/i, 'the server does not speak TLS on this port'],
  [/no application protocol/i, 'the server does not speak HTTP/2 (ALPN h2)'],
  [/^No connection established.*Protocol error/, 'the server does not speak HTTP/2 on this port'],
  [/^Received RST_STREAM with code 13\b/, 'the server demands HTTP/1.1'],
  [/^Protocol not secure/, 'the server demands a newer version of TLS'],
  [/^Plain text refused/, 'the server expects TLS on this port'],
  [/alert (?:number 70|protocol version)|unsupported protocol/i, 'the server does not support this version of TLS'],
  [/alert handshake failure/i, 'the server refused the TLS handshake'],
  [/certificate/i, 'a certificate is missing or was not accepted'],
];

/** A better status for one that grpc-js synthesized. */
function withLastingProblem(status: Status, origin: RequestError['origin'], headers: ReceivedHeaders): Status {
  const { code, message } = status;
  if (origin === 'service') return status;
  // Not this package's cancellation, which settles the call first: the server, or Node when the connection broke, reset
  // the stream.
  if (message === 'Call cancelled') return { ...status, code: Code.UNAVAILABLE };
  const httpStatus = httpStatusIn(message);
  if (httpStatus !== undefined) return { ...status, code: codeOfProxy(httpStatus, headers) ?? code };
  const [, problem] = lastingProblems.find(([pattern]) => pattern.test(message)) ?? [];
  const text = connectionMessage(problem === undefined ? message : `${problem}: ${message}`);
  const finalCode = problem === undefined ? code : Code.FAILED_PRECONDITION;
  return { ...status, code: finalCode, message: withHint(text, connectionHint(text, 'gRPC')) };
}

/** The HTTP status of a response that is not of gRPC, such as the page of a proxy. */
function httpStatusIn(message: string): number | undefined {
  const [, digits] = /^Received (?:HTTP status code|http2 header with status:?) (\d{3})/.exec(message) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The code of an HTTP status as over REST. grpc-js takes a 400, and most others, for a failure that may pass. */
function codeOfProxy(httpStatus: number, headers: ReceivedHeaders): Code | undefined {
  // A server without the service, not one without the operation.
  if (httpStatus === 404) return Code.UNIMPLEMENTED;
  return httpStatus >= 400 ? codeOfPage(httpStatus, headers) : undefined;
}

// The text of statuses that grpc-js synthesizes although the server sent a part of a response.
const synthesizedMessages =
  /^(Connection dropped|Deadline exceeded after|Call cancelled|Cancelled on client|Stream refused|Bandwidth exhausted|Protocol not secure|(read|write) E[A-Z]+|Received (HTTP status|http2 header|RST_STREAM|message larger|message that decompresses)|Failed to decompress|No (message|status information) received|Too many responses|Response message parsing)/;

/**
 * Whether grpc-js synthesized the status because no trailer carried one. It has no flag for it. But if nothing came from a
 * server, neither response headers before the status nor trailers with it (at least `content-type`), grpc-js did.
 */
function isSynthesized(error: GrpcStatus, text: string, headersReceived: boolean): boolean {
  const trailers = Object.keys(error.metadata?.getMap() ?? {});
  return synthesizedMessages.test(text) || (!headersReceived && trailers.length === 0);
}

/** How grpc-js begins the status of a call whose credentials could not be had. */
export const pluginPrefix = 'Getting metadata from plugin failed with error: ';

/** The error for call credentials that failed: one that this package described before, or one of an auth library. */
function pluginError(rpc: RpcInfo, grpcCode: number, text: string): RequestError {
  if (text.startsWith('Cannot get credentials: ')) return requestError(rpc, toCode(grpcCode), text);
  const { code, message } = describeAuthFailure({ message: text }, 'credentials');
  return requestError(rpc, code, message);
}

function statusFromTrailer(error: GrpcStatus): Status | undefined {
  const bytes = error.metadata?.get('grpc-status-details-bin')[0];
  if (!ArrayBuffer.isView(bytes)) return undefined;
  try {
    return decodeStatus(bytes as Uint8Array);
  } catch {
    return undefined; // optional: the other trailers have code and message
  }
}
