import { RequestError, requestError, type RpcInfo } from '../errors.js';
import { Code, toCode, type Status } from '../status.js';
import { retryDelayMs } from '../wire/details.js';
import { decodeStatus } from '../wire/messages.js';
import { describeAuthError } from './auth-error.js';

/** The status that a call of grpc-js ends with, or an error of grpc-js, which has the same properties. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: { get(key: string): unknown[]; getMap(): object } | undefined;
}

/**
 * Converts an error of grpc-js to a {@link RequestError}, with the details of the `grpc-status-details-bin` trailer.
 *
 * @param headersReceived - whether response headers came before it.
 */
export function grpcError(rpc: RpcInfo, error: GrpcStatus, headersReceived: boolean): RequestError {
  const text = typeof error.details === 'string' ? error.details : '';
  if (text.startsWith(pluginPrefix)) return pluginError(rpc, error.code, text.slice(pluginPrefix.length));
  const rich = statusFromTrailer(error);
  const origin = isSynthesized(error, text, headersReceived) ? 'transport' : 'service';
  const status: Status = {
    code: (origin === 'transport' ? transportCode(text) : undefined) ?? toCode(error.code),
    // Node's HTTP/2 drops a message that ends in a space, or the space.
    message: rich !== undefined && (text === '' || rich.message.trimEnd() === text) ? rich.message : text,
    details: rich?.details ?? [],
  };
  const { method, name: operationName } = rpc;
  return new RequestError({ method, operationName, status, origin, retryAfterMs: retryDelayMs(status), cause: error });
}

/** A better code for a status that grpc-js synthesized. */
function transportCode(text: string): Code | undefined {
  // Not this package's cancellation, which settles the call first: the server, or Node when the connection broke, reset
  // the stream.
  if (text === 'Call cancelled') return Code.UNAVAILABLE;
  // An untrusted certificate will not be trusted by the next attempt.
  return /certificate/i.test(text) ? Code.FAILED_PRECONDITION : undefined;
}

// The text of statuses that grpc-js synthesizes although the server sent a part of a response.
const synthesizedMessages =
  /^(Connection dropped|Deadline exceeded after|Call cancelled|Cancelled on client|Stream refused|Bandwidth exhausted|Protocol not secure|(read|write) E[A-Z]+|Received (HTTP status|http2 header|RST_STREAM|message larger)|No (message|status information) received|Too many responses|Response message parsing)/;

/**
 * Whether grpc-js synthesized the status because no trailer carried one. It has no flag for it. But if nothing came from a
 * server, neither response headers before the status nor trailers with it (at least `content-type`), grpc-js did.
 */
function isSynthesized(error: GrpcStatus, text: string, headersReceived: boolean): boolean {
  const trailers = Object.keys(error.metadata?.getMap() ?? {});
  return synthesizedMessages.test(text) || (!headersReceived && trailers.length === 0);
}

const pluginPrefix = 'Getting metadata from plugin failed with error: ';

/** The error for call credentials that failed: one that this package described before, or one of an auth library. */
function pluginError(rpc: RpcInfo, grpcCode: number, text: string): RequestError {
  if (text.startsWith('Cannot get credentials: ')) return requestError(rpc, toCode(grpcCode), text);
  const { code, message } = describeAuthError({ message: text }, 'credentials');
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
