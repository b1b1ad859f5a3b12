import { shorten } from './arguments.js';
import type { MalformedOperationError, UnpackError } from './decode-errors.js';
import { LROError, lroErrorBrand } from './lro-error.js';
import type { Operation } from './operation.js';
import type { ResumeToken } from './resume-token.js';
import {
  Code,
  codeName,
  findDetail,
  type BadRequest,
  type ErrorInfo,
  type Help,
  type LocalizedMessage,
  type RetryInfo,
  type Status,
} from './status.js';

/**
 * The base class of errors that have a {@link Status}, with accessors for the most common details.
 * `findDetail(error.status, 'QuotaFailure')` finds the others.
 */
export abstract class StatusError extends LROError {
  /** Code, message and details. */
  declare readonly status: Status;

  /** @internal */
  constructor(message: string, operationName: string, status: Status, cause?: unknown) {
    super(message, operationName, cause);
    this.status = status;
  }

  /** The reason, domain and metadata (AIP-193); undefined if the service sent no ErrorInfo. */
  get errorInfo(): ErrorInfo | undefined {
    return findDetail(this.status, 'ErrorInfo');
  }

  /** When to retry; undefined if the service sent no RetryInfo. */
  get retryInfo(): RetryInfo | undefined {
    return findDetail(this.status, 'RetryInfo');
  }

  /** The invalid fields of the request (BadRequest); empty if the service sent none. */
  get fieldViolations(): BadRequest['fieldViolations'] {
    return findDetail(this.status, 'BadRequest')?.fieldViolations ?? [];
  }

  /** Links to documentation; undefined if the service sent no Help. */
  get help(): Help | undefined {
    return findDetail(this.status, 'Help');
  }

  /** A message that may be shown to the end user; undefined if the service sent no LocalizedMessage. */
  get localizedMessage(): LocalizedMessage | undefined {
    return findDetail(this.status, 'LocalizedMessage');
  }
}

/**
 * The operation itself failed or was cancelled: it is done, and `status` is its `error`. Waiting for it again rejects
 * with the same error. `cancelled` distinguishes a cancellation (code 1) from a failure.
 */
export class OperationFailedError extends StatusError {
  /** The name of the class. */
  override readonly name = 'OperationFailedError';
  override readonly code = 'LRO_OPERATION_FAILED';
  /** The last metadata, decoded: often the only record of the work done before the failure. */
  declare readonly metadata: unknown;
  /** Whether the operation was cancelled (`status.code` is `Code.CANCELLED`). */
  declare readonly cancelled: boolean;

  /** @internal */
  constructor(operationName: string, status: Status, metadata: unknown) {
    super(`Operation '${shorten(operationName)}' failed: ${formatStatus(status)}`, operationName, status);
    this.metadata = metadata;
    this.cancelled = status.code === Code.CANCELLED;
  }
}

/** The properties of a {@link RequestError}. */
export interface RequestErrorOptions {
  /** The RPC, such as `'GetOperation'`. */
  method: string;
  /** The operation's or the collection's name in the request. */
  operationName: string;
  /** The status of the response, or a status that describes the failure if there was no valid response. */
  status: Status;
  /** `'service'` if the service itself sent the status, `'transport'` otherwise. */
  origin: 'service' | 'transport';
  /** The HTTP status, if there was a response over HTTP. */
  httpStatus?: number | undefined;
  /**
   * The number of attempts that were sent.
   *
   * @defaultValue 1
   */
  attempts?: number | undefined;
  /** The delay that the server requested before the next request, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** The underlying error. It must not contain credentials. */
  cause?: unknown;
  /** @internal What to do, for the message: in lower case, without a full stop. */
  hint?: string | undefined;
}

/**
 * A request failed, and retrying did not help or could not help. The state of the operation itself is unknown.
 *
 * A custom transport throws it, too: `throw new RequestError({ … })`.
 */
export class RequestError extends StatusError {
  /** The name of the class. */
  override readonly name = 'RequestError';
  override readonly code = 'LRO_REQUEST_FAILED';
  /** The RPC that failed, such as `'GetOperation'`. */
  declare readonly method: string;
  /** The code of the last failure: `status.code`. */
  declare readonly rpcCode: Code;
  /** The HTTP status; undefined over gRPC, or if there was no response. */
  declare readonly httpStatus: number | undefined;
  /** The number of attempts that were sent. */
  declare readonly attempts: number;
  /** The delay that the server requested (`Retry-After` or RetryInfo), in milliseconds; undefined if none. */
  declare readonly retryAfterMs: number | undefined;
  /**
   * The source of the status: `'service'` if the response came from the service itself, `'transport'` if the status was
   * derived from a broken connection, a missing response, or a body that is not the service's.
   */
  declare readonly origin: 'service' | 'transport';
  /** @internal */
  declare readonly hint: string | undefined;

  /** Creates an error from its properties. Properties other than those of {@link RequestErrorOptions} are ignored. */
  constructor(options: RequestErrorOptions) {
    const { method, operationName, status, attempts = 1, cause, hint } = options;
    const shown = formatStatus({ ...status, message: withHint(status.message, hint) }) + attemptCount(attempts);
    super(`${method} of '${shorten(operationName)}' failed: ${shown}`, operationName, status, cause);
    this.method = method;
    this.rpcCode = status.code;
    this.httpStatus = options.httpStatus;
    this.attempts = attempts;
    this.retryAfterMs = options.retryAfterMs;
    this.origin = options.origin;
    Object.defineProperty(this, 'hint', { value: hint });
  }
}

/** The properties of a {@link PollingTimeoutError}. */
interface PollingTimeoutErrorOptions {
  elapsedMs: number;
  polls: number;
  operation: Operation<unknown, unknown> | undefined;
  token: ResumeToken;
  cause?: unknown;
  /** The number of attempts that have failed, unless `cause` says it. */
  attempts?: number | undefined;
}

/**
 * The wait's time limit (`totalTimeoutMs`) expired. The operation continues on the server: `token` resumes the wait, in
 * this process or another, and `operation` is the last known state. `cause` is the last failed request, if requests were
 * failing when the limit expired.
 */
export class PollingTimeoutError extends LROError {
  /** The name of the class. */
  override readonly name = 'PollingTimeoutError';
  override readonly code = 'LRO_POLLING_TIMEOUT';
  /** The duration of this wait, in milliseconds. */
  declare readonly elapsedMs: number;
  /** The number of responses that the poller has received from the server. */
  declare readonly polls: number;
  /** The last known state; undefined if the server never responded. */
  declare readonly operation: Operation<unknown, unknown> | undefined;
  /** Resumes the wait: `client.resume(error.token, info)`. */
  declare readonly token: ResumeToken;

  /** @internal */
  constructor({ elapsedMs, polls, operation, token, cause, attempts = 1 }: PollingTimeoutErrorOptions) {
    const { name } = token;
    const state = operation ? `it is ${operation.done ? 'done' : 'still running'}` : 'it may still run';
    const shownName = `'${shorten(name)}'`;
    // Without what the message says already: the rest of it is not to be cut.
    const problem = cause instanceof Error && shorten(cause.message.replace(` of ${shownName} failed`, ''));
    const failure = problem ? `; the last request failed: ${problem}${attemptCount(attempts)}` : '';
    super(
      `Stopped waiting for operation ${shownName} after ${elapsedMs} ms and ${polls} polls: ${state}${failure}; error.token resumes the wait`,
      name,
      cause,
    );
    this.elapsedMs = elapsedMs;
    this.polls = polls;
    this.operation = operation;
    this.token = token;
  }
}

/** All errors of this package: a closed union, so that `switch (error.code)` narrows. */
export type AnyLROError =
  OperationFailedError | RequestError | PollingTimeoutError | MalformedOperationError | UnpackError;

/**
 * Whether a value is an error of this package, from this copy of the package or another.
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
  return typeof value === 'object' && value !== null && lroErrorBrand in value;
}

/** Whether a value is a {@link RequestError} and, if `code` is given, whether its code is `code`. */
export function isRequestError(value: unknown, code?: Code): value is RequestError {
  return isLROError(value) && value.code === 'LRO_REQUEST_FAILED' && (code === undefined || value.rpcCode === code);
}

/** The RPC that an error belongs to. */
export interface RpcInfo {
  /** The RPC, such as `'GetOperation'`. */
  readonly method: string;
  /** The operation's or the collection's name in the request. */
  readonly name: string;
}

/** Creates the {@link RequestError} of one attempt. Its `origin` is `'transport'` unless `options` says otherwise. */
export function requestError(
  { method, name }: RpcInfo,
  code: Code,
  message: string,
  options?: Partial<RequestErrorOptions>,
): RequestError {
  const status = { code, message, details: [] };
  return new RequestError({ method, operationName: name, status, origin: 'transport', ...options });
}

/** The error of a call whose attempt number `attempts` failed. */
export function withAttempts(error: RequestError, attempts: number): RequestError {
  const { cause, hint } = error;
  return attempts === 1 ? error : new RequestError({ ...(error as RequestErrorOptions), cause, hint, attempts });
}

function attemptCount(attempts: number): string {
  return attempts > 1 ? ` (after ${attempts} attempts)` : '';
}

/** A message followed by what to do. */
export function withHint(message: string, hint: string | undefined): string {
  if (!hint) return message;
  return message ? `${message.replace(/\.$/, '')}; ${hint}` : hint;
}

/** The code, the message, and the ErrorInfo's reason and domain: `NOT_FOUND: no book (GONE, books.example.com)`. */
function formatStatus(status: Status): string {
  const { reason, domain } = findDetail(status, 'ErrorInfo') ?? {};
  const text = [codeName(status.code), status.message].filter(Boolean).join(': ');
  const source = [reason, domain].filter(Boolean).join(', ');
  return source ? `${text} (${source})` : text;
}
