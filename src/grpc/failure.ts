import { isLROError, RequestError } from '../errors.js';
import type { LROError } from '../lro-error.js';
import { Code, toCode, type Status } from '../status.js';
import { parseAuthError } from '../wire/auth-failure.js';
import { retryDelayMs } from '../wire/details.js';
import { decodeStatus } from '../wire/messages.js';

/** The RPC that failed. */
export interface RpcInfo {
  /** Its name, such as `'GetOperation'`. */
  readonly method: string;
  /** The name that was asked about. */
  readonly operationName: string;
}

/** The status that a call of grpc-js ends with, or its error, which has the same. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: { get(key: string): unknown[]; getMap(): object } | undefined;
}

/** A failure that no server told us about. */
export function transportError(rpc: RpcInfo, code: Code, message: string, cause?: unknown): RequestError {
  return new RequestError({ ...rpc, status: { code, message, details: [] }, origin: 'transport', cause });
}

/**
 * An error of grpc-js as ours, with what is in the `grpc-status-details-bin` trailer.
 *
 * @param answered - whether response headers had come before it.
 */
export function grpcFailure(rpc: RpcInfo, error: GrpcStatus, answered: boolean): RequestError {
  const text = typeof error.details === 'string' ? error.details : '';
  if (text.startsWith(pluginPrefix)) {
    const { code, message } = pluginFailure(error.code, text.slice(pluginPrefix.length));
    return transportError(rpc, code, message);
  }
  const rich = statusFromTrailer(error);
  const origin = isSynthesized(error, text, answered) ? 'transport' : 'service';
  // Not our cancelling, which nobody waits for: the server, or Node when the connection broke, reset the stream.
  const isReset = origin === 'transport' && text === 'Call cancelled';
  // A certificate that is not trusted is not so by the next attempt either.
  const isUntrusted = origin === 'transport' && /certificate/i.test(text);
  const status: Status = {
    code: isReset ? Code.UNAVAILABLE : isUntrusted ? Code.FAILED_PRECONDITION : toCode(error.code),
    // Node's HTTP/2 drops a message that ends in a space, or the space.
    message: rich !== undefined && (text === '' || rich.message.trimEnd() === text) ? rich.message : text,
    details: rich?.details ?? [],
  };
  return new RequestError({ ...rpc, status, origin, retryAfterMs: retryDelayMs(status), cause: error });
}

/** Why there is no connection to call over. */
export class ConnectError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a call fails with when there is no connection. */
export function connectError(rpc: RpcInfo, error: unknown): LROError {
  if (isLROError(error)) return error;
  const { code, message } = error instanceof ConnectError ? error : credentialsFailure(error);
  return transportError(rpc, code, message);
}

/**
 * A failure to get credentials: UNAVAILABLE if it may pass (the token server cannot be reached, takes too long, or answers
 * with 5xx or 429), else UNAUTHENTICATED. The error underneath is left out, and of its message all but known phrases, since
 * auth libraries put requests, tokens and pieces of key files there.
 */
export function credentialsFailure(error: unknown): ConnectError {
  const { httpStatus, systemCode, isTransient } = parseAuthError(error);
  const { message } = (error ?? {}) as { message?: unknown };
  const text = typeof message === 'string' ? message : '';
  const known = safeAuthMessages.find((problem) => text.includes(problem));
  const details = [known, httpStatus && `HTTP ${httpStatus}`, systemCode].filter((fact) => fact !== undefined);
  return new ConnectError(
    isTransient ? Code.UNAVAILABLE : Code.UNAUTHENTICATED,
    credentialsPrefix + (details.join(', ') || 'no details that are safe to show'),
  );
}

const credentialsPrefix = 'Cannot get credentials: ';
const pluginPrefix = 'Getting metadata from plugin failed with error: ';
const safeAuthMessages = [
  'Could not load the default credentials',
  'Could not refresh access token',
  'invalid_grant',
  'invalid_client',
  'universe domain',
  'file does not exist',
  'not valid JSON',
];

// How grpc-js words what it makes up itself although a server has answered in part, or at all.
const synthesizedMessages =
  /^(Connection dropped|Deadline exceeded after|Call cancelled|Cancelled on client|Stream refused|Bandwidth exhausted|Protocol not secure|(read|write) E[A-Z]+|Received (HTTP status|http2 header|RST_STREAM|message larger)|No (message|status information) received|Too many responses|Response message parsing)/;

/**
 * Whether grpc-js made the status up, for want of one in a trailer. It does not say so; but where nothing of a server's is
 * there, neither response headers before it nor trailers with it (of which at least `content-type` would be left), it did.
 */
function isSynthesized(error: GrpcStatus, text: string, answered: boolean): boolean {
  const trailers = Object.keys(error.metadata?.getMap() ?? {});
  return synthesizedMessages.test(text) || (!answered && trailers.length === 0);
}

/** What call credentials failed with: a failure of our own making, or an error of an auth library. */
function pluginFailure(code: number, message: string): ConnectError {
  return message.startsWith(credentialsPrefix)
    ? new ConnectError(toCode(code), message)
    : credentialsFailure({ message });
}

function statusFromTrailer(error: GrpcStatus): Status | undefined {
  const bytes = error.metadata?.get('grpc-status-details-bin')[0];
  if (!ArrayBuffer.isView(bytes)) return undefined;
  try {
    return decodeStatus(bytes as Uint8Array);
  } catch {
    return undefined; // an ornament: what is in the other trailers stands
  }
}
