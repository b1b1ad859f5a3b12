import type { Any } from './any.js';
import type { Operation } from './operation.js';
import type { ResumeToken } from './resume-token.js';
import {
  codeName,
  findDetail,
  type BadRequest,
  type Code,
  type ErrorInfo,
  type Help,
  type LocalizedMessage,
  type RetryInfo,
  type Status,
} from './status.js';

/** The codes of this package's errors, one per class. */
export type LROErrorCode =
  | 'LRO_OPERATION_FAILED'
  | 'LRO_REQUEST_FAILED'
  | 'LRO_POLLING_TIMEOUT'
  | 'LRO_MALFORMED_OPERATION'
  | 'LRO_UNPACK_FAILED';

// Survives two copies of the package in one program, where `instanceof` does not.
const brand = Symbol.for('longrunning.LROError');

/**
 * The base of this package's errors. Compare {@link LROError.code | code}, or narrow with {@link isLROError}: both also
 * work across two copies of the package.
 *
 * What is not an `LROError`: the reason of an aborted signal, which is thrown as it is, and a `TypeError` or
 * `RangeError` for an argument that makes no sense.
 */
export abstract class LROError extends Error {
  /** Which of the errors this is; `switch (error.code)` narrows. */
  abstract readonly code: LROErrorCode;
  /** The name of the operation; may be empty where the service sent none. */
  declare readonly operationName: string;

  /**
   * @param fields - become the error's own, whose class only declares them.
   * @internal
   */
  constructor(
    message: string,
    { cause, ...fields }: { operationName: string; cause?: unknown; [field: string]: unknown },
  ) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(Object.assign(this, fields), brand, { value: true });
  }
}

/**
 * What an error that has a {@link Status} offers of its details, whichever wire they came over; `findDetail()` finds the
 * others of the ten, such as `findDetail(error.status, 'QuotaFailure')`.
 */
export abstract class StatusError extends LROError {
  /** Code, message and details, as the service gave them. */
  declare readonly status: Status;

  /** The reason, domain and metadata, if the service gave them (AIP-193). */
  get errorInfo(): ErrorInfo | undefined {
    return findDetail(this.status, 'ErrorInfo');
  }

  /** When the service would have it tried again, if it said so. */
  get retryInfo(): RetryInfo | undefined {
    return findDetail(this.status, 'RetryInfo');
  }

  /** Which fields of the request are wrong (BadRequest); empty where the service named none. */
  get fieldViolations(): BadRequest['fieldViolations'] {
    return findDetail(this.status, 'BadRequest')?.fieldViolations ?? [];
  }

  /** Where to read more, if the service said so. */
  get help(): Help | undefined {
    return findDetail(this.status, 'Help');
  }

  /** A message that may be shown to the end user, if the service gave one. */
  get localizedMessage(): LocalizedMessage | undefined {
    return findDetail(this.status, 'LocalizedMessage');
  }
}

/**
 * The operation itself failed, or was cancelled: it is done, and `status` is its `error`.
 *
 * Waiting for it again gives the same. `cancelled` tells a cancellation (code 1) from a failure.
 */
export class OperationFailedError extends StatusError {
  /** The name of the class. */
  override readonly name = 'OperationFailedError';
  override readonly code = 'LRO_OPERATION_FAILED';
  /** The last metadata, unpacked: often the only account of what had been done before it failed. */
  declare readonly metadata: unknown;
  /** Whether it was cancelled (`status.code` is `Code.CANCELLED`). */
  declare readonly cancelled: boolean;

  /** @internal */
  constructor(operationName: string, status: Status, metadata: unknown) {
    const cancelled = status.code === 1;
    super(`Operation '${operationName}' failed: ${formatStatus(status)}`, {
      operationName,
      status,
      metadata,
      cancelled,
    });
  }
}

/**
 * Asking about the operation failed, and trying again did not help or would not. It says nothing about the operation
 * itself.
 */
export class RequestError extends StatusError {
  /** The name of the class. */
  override readonly name = 'RequestError';
  override readonly code = 'LRO_REQUEST_FAILED';
  /** The RPC that failed, such as `'GetOperation'`. */
  declare readonly method: string;
  /** The code of the last failure: `status.code`. */
  declare readonly rpcCode: Code;
  /** The HTTP status, over REST, if there was a response. */
  declare readonly httpStatus?: number;
  /** How often it was tried. */
  declare readonly attempts: number;
  /** How long the server asked to wait, in milliseconds (`Retry-After` or RetryInfo). */
  declare readonly retryAfterMs?: number;
  /**
   * Who gave the status: `'service'` if it came in an answer that the service itself wrote, `'transport'` if it was
   * worked out from a broken connection, a missing answer, or a body that is not the service's.
   */
  declare readonly origin: 'service' | 'transport';

  /** For those who write a transport. */
  constructor(failure: RequestErrorOptions) {
    // One by one: what else a transport may have put into it, such as headers, stays out.
    const { method, operationName, status, origin, httpStatus, attempts = 1, retryAfterMs, cause } = failure;
    const times = attempts > 1 ? ` (after ${attempts} attempts)` : '';
    super(`${method} of '${operationName}' failed: ${formatStatus(status)}${times}`, {
      method,
      operationName,
      status,
      origin,
      httpStatus,
      attempts,
      retryAfterMs,
      cause,
      rpcCode: status.code,
    });
  }
}

/** What a {@link RequestError} is made of. A transport of one's own throws one: `new RequestError({ … })`. */
export interface RequestErrorOptions {
  /** The RPC, such as `'GetOperation'`. */
  method: string;
  /** The name that was asked about. */
  operationName: string;
  /** What the service, or the lack of one, amounts to. */
  status: Status;
  /** Whether the service itself gave the status. */
  origin: 'service' | 'transport';
  /** The HTTP status, if there was a response over HTTP. */
  httpStatus?: number | undefined;
  /** How often it was tried; 1 unless told. */
  attempts?: number | undefined;
  /** How long the server asked to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** The error underneath. It must hold no credentials. */
  cause?: unknown;
}

/**
 * The time for waiting was used up. The operation goes on at the server: `token` resumes the wait, in this process or
 * another, and `operation` is the last state that was seen.
 */
export class PollingTimeoutError extends LROError {
  /** The name of the class. */
  override readonly name = 'PollingTimeoutError';
  override readonly code = 'LRO_POLLING_TIMEOUT';
  /** How long this wait lasted, in milliseconds. */
  declare readonly elapsedMs: number;
  /** How many answers the poller had got from the server. */
  declare readonly polls: number;
  /** The last state seen; undefined if the server never answered. */
  declare readonly operation: Operation<unknown, unknown> | undefined;
  /** Resumes the wait: `client.resume(error.token, info)`. */
  declare readonly token: ResumeToken;

  /** @internal */
  constructor(timeout: {
    elapsedMs: number;
    polls: number;
    operation: Operation<unknown, unknown> | undefined;
    token: ResumeToken;
  }) {
    const { elapsedMs, polls, token } = timeout;
    super(
      `Stopped waiting for operation '${token.name}' after ${elapsedMs} ms and ${polls} polls: it is still running`,
      { ...timeout, operationName: token.name },
    );
  }
}

/** The server's answer is not an operation that can be waited for, for instance one that is neither done nor named. */
export class MalformedOperationError extends LROError {
  /** The name of the class. */
  override readonly name = 'MalformedOperationError';
  override readonly code = 'LRO_MALFORMED_OPERATION';

  /** @internal */
  constructor(operationName: string, problem: string, cause?: unknown) {
    super(`Malformed operation '${operationName}': ${problem}`, { operationName, cause });
  }
}

/**
 * The response, or the metadata, is not of the declared type or cannot be read as it. Nothing is lost: `any` holds what
 * came. As an error that is thrown it is about the response of an operation that is done; where it is about the
 * metadata, it is the `metadataError` of an operation and ends nothing.
 */
export class UnpackError extends LROError {
  /** The name of the class. */
  override readonly name = 'UnpackError';
  override readonly code = 'LRO_UNPACK_FAILED';
  /** Which part of the operation it is. */
  declare readonly field: 'response' | 'metadata';
  /** The full name of the type that was declared; undefined where any was. */
  declare readonly expected?: string;
  /** The full name of the type that came; empty if there was none. */
  declare readonly actual: string;
  /** What came. */
  declare readonly any: Any;

  /** @internal */
  constructor(unpack: {
    operationName: string;
    field: 'response' | 'metadata';
    expected?: string | undefined;
    actual: string;
    any: Any;
    cause?: unknown;
  }) {
    const { operationName, field, expected, actual, cause } = unpack;
    const type = (expected ?? actual) || 'message';
    const why = cause instanceof Error ? cause.message : String(cause ?? `it is ${actual || 'of no type'}`);
    super(`The ${field} of operation '${operationName}' cannot be read as a ${type}: ${why}`, unpack);
  }
}

/** All errors of this package: a closed union, so that `switch (error.code)` narrows. */
export type AnyLROError =
  OperationFailedError | RequestError | PollingTimeoutError | MalformedOperationError | UnpackError;

/**
 * Whether a value is an error of this package, from this copy of it or another.
 *
 * @example
 * ```ts
 * try {
 *   await poller.promise();
 * } catch (error) {
 *   if (!isLROError(error)) throw error;
 *   switch (error.code) {
 *     case 'LRO_OPERATION_FAILED': return report(error.status);
 *     case 'LRO_POLLING_TIMEOUT': return later(error.token);
 *     default: throw error;
 *   }
 * }
 * ```
 */
export function isLROError(value: unknown): value is AnyLROError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Whether asking about an operation failed, and, where a code is given, with that code. */
export function isRequestError(value: unknown, code?: Code): value is RequestError {
  return isLROError(value) && value.code === 'LRO_REQUEST_FAILED' && (code ?? value.rpcCode) === value.rpcCode;
}

/** Which RPC an error belongs to. */
export interface RpcInfo {
  /** The RPC, such as `'GetOperation'`. */
  readonly method: string;
  /** The name in its request. */
  readonly name: string;
}

/** A {@link RequestError} of one attempt; its origin is `'transport'` unless told. */
export function requestError(
  { method, name }: RpcInfo,
  code: Code,
  message: string,
  options?: Partial<RequestErrorOptions>,
): RequestError {
  const status = { code, message, details: [] };
  return new RequestError({ method, operationName: name, status, origin: 'transport', ...options });
}

/** Code, message, and what of the ErrorInfo one looks up or searches logs for: `NOT_FOUND: no book (GONE, books.example.com)`. */
function formatStatus(status: Status): string {
  const { reason, domain } = findDetail(status, 'ErrorInfo') ?? {};
  const because = [reason, domain].filter(Boolean).join(', ');
  return [codeName(status.code), status.message].filter(Boolean).join(': ') + (because && ` (${because})`);
}
