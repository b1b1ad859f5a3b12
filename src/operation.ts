import { anyType, isEmptyAny, sameAny, typeNameOf, type Any, type AnyDecoder, type OperationInfo } from './any.js';
import { shorten } from './arguments.js';
import { MalformedOperationError, UnpackError } from './decode-errors.js';
import { Code, toCode, type CodeName, type Status } from './status.js';
import type { RawOperation } from './transport.js';

/** The properties that every state of an operation has. */
export interface OperationState<M> {
  /** The name that the server sent, or the requested name if it sent none. */
  readonly name: string;
  /** The metadata; undefined if the service sent none, or if they cannot be decoded. */
  readonly metadata: M | undefined;
  /** Why the metadata cannot be decoded. It never ends a wait. */
  readonly metadataError?: UnpackError;
  /** The operation as it was received. */
  readonly raw: RawOperation;
}

/** An operation that is still running. */
export interface RunningOperation<M> extends OperationState<M> {
  /** `false`: the operation is running. */
  readonly done: false;
  /** A running operation has no result. */
  readonly result?: undefined;
}

/** An operation that succeeded. */
export interface SucceededOperation<R, M> extends OperationState<M> {
  /** `true`: the operation is completed. */
  readonly done: true;
  /** `'response'`: the operation succeeded. */
  readonly result: 'response';
  /**
   * The response, decoded; the type's default instance if the service sent none. Where it cannot be decoded, as in the
   * `operation` of a poller whose wait failed with an {@link UnpackError}, reading it throws that error.
   */
  readonly response: R;
}

/** An operation that failed or was cancelled. */
export interface FailedOperation<M> extends OperationState<M> {
  /** `true`: the operation is completed. */
  readonly done: true;
  /** `'error'`: the operation failed or was cancelled. */
  readonly result: 'error';
  /** The error's code, message and details. */
  readonly error: Status;
  /** Whether the operation was cancelled: `error.code` is `Code.CANCELLED`. */
  readonly cancelled: boolean;
}

/** A completed operation; `result` says whether it succeeded. */
export type CompletedOperation<R, M> = SucceededOperation<R, M> | FailedOperation<M>;

/** A state of an operation; `done`, then `result`, narrow it. */
export type Operation<R, M> = RunningOperation<M> | CompletedOperation<R, M>;

/** The types of an operation without declared types. */
export const anyInfo: OperationInfo<Any, Any> = { response: anyType, metadata: anyType };

/**
 * Decodes a raw operation. It is completed if `done` is `true`, whatever its other fields hold. A completed operation
 * with neither response nor error succeeded. An error with code 0 but a message or details, without a response, is a
 * failure (UNKNOWN).
 *
 * @param raw - the operation as it was received.
 * @param info - how to decode it.
 * @param requestedName - the name to use if the server sent none.
 * @throws {@link MalformedOperationError} if `raw` is not an operation, or is neither done nor named.
 * @throws {@link UnpackError} if the response is not of the declared type or cannot be decoded.
 */
export function toOperation<R, M>(
  raw: RawOperation,
  info: OperationInfo<R, M> = anyInfo as OperationInfo<unknown, unknown> as OperationInfo<R, M>,
  requestedName = '',
): Operation<R, M> {
  const name = nameOf(raw, requestedName);
  const state: OperationState<M> = { name, ...unpackMetadata(raw, info, name), raw };
  if (!isDone(raw)) return { ...state, done: false };
  const error = failureOf(raw);
  if (error) return { ...state, done: true, result: 'error', error, cancelled: error.code === Code.CANCELLED };
  return { ...state, done: true, result: 'response', response: unpack('response', state, info.response) };
}

/**
 * The state of a completed operation whose response cannot be decoded: its `response` throws the error when it is read.
 *
 * @param error - what {@link toOperation} threw.
 */
export function undecodedOperation<R, M>(error: UnpackError, info: OperationInfo<R, M>): SucceededOperation<R, M> {
  const { operationName: name, raw } = error;
  const state = { name, ...unpackMetadata(raw, info, name), raw, done: true, result: 'response' };
  const getResponse = (): never => {
    throw error;
  };
  // Not enumerable, so that the state can be copied and printed.
  return Object.defineProperty(state, 'response', { get: getResponse }) as SucceededOperation<R, M>;
}

/** Whether a response, of whatever form, is a completed operation: `done === true`. */
export function isDone(raw: RawOperation): boolean {
  return (raw as Partial<RawOperation> | null | undefined)?.done === true;
}

/**
 * Whether two states look the same to an observer: both running or both done, with equal metadata. Metadata in one and the
 * same object may have been changed in place, so they count as different.
 */
export function sameState(a: RawOperation | undefined, b: RawOperation): boolean {
  if (a === undefined || isDone(a) !== isDone(b)) return false;
  return a.metadata === b.metadata ? !b.metadata : sameAny(a.metadata, b.metadata);
}

/** The operation's name; `requestedName` if the server sent none. */
function nameOf(raw: unknown, requestedName: string): string {
  const malformed = (problem: string) => new MalformedOperationError(requestedName, problem);
  if (typeof raw !== 'object' || raw === null) throw malformed('it is not an object');
  assertOperation(raw, requestedName);
  const operation = raw as RawOperation;
  const name: unknown = operation.name || requestedName;
  if (typeof name !== 'string') throw malformed('its name is not a string');
  // A completed operation needs no name, since it is not polled.
  if (isDone(operation)) return name;
  if (name === '' || isEmptyState(operation)) {
    throw malformed(`it is neither done nor named${describeContent(operation)}`);
  }
  return name;
}

const operationFields: readonly string[] = ['name', 'done', 'metadata', 'response', 'error'];

/** Whether a running operation has nothing of its own: such a response would be polled for ever. */
function isEmptyState({ name, metadata, response }: RawOperation): boolean {
  return !name && (metadata ?? response ?? undefined) === undefined;
}

/**
 * Checks that an object, raw or in JSON form, has fields of an operation. One that has others instead would be polled for
 * ever, as a running operation.
 *
 * @throws {@link MalformedOperationError} that says what the object is.
 */
export function assertOperation(value: object, requestedName: string): void {
  const { name, done, metadata, response, error, status } = value as Readonly<Record<string, unknown>>;
  const malformed = (problem: string) => new MalformedOperationError(requestedName, problem);
  if ((done ?? metadata ?? response ?? undefined) !== undefined) return;
  if (typeof status === 'string') {
    const problem = `it has the status '${sanitize(status)}' but no 'done'`;
    throw malformed(`${problem}: use customOperations() of longrunning/custom`);
  }
  if (
    name === undefined &&
    error === undefined &&
    Object.keys(value).some((field) => !operationFields.includes(field))
  ) {
    throw malformed(`it is neither done nor named${describeContent(value)}`);
  }
}

/**
 * Checks a state that a caller passes: it must have a boolean `done` or a name.
 *
 * @throws {@link MalformedOperationError} if it is not an operation.
 */
export function assertState(value: unknown, operationName: string): void {
  const { name, done } = Object(value) as Readonly<Record<string, unknown>>;
  let problem: string | undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) problem = 'it is not an object';
  else if (ArrayBuffer.isView(value)) problem = 'it is bytes, which parseOperation() of longrunning/wire reads';
  else if ((done ?? undefined) === undefined ? !name : typeof done !== 'boolean') {
    problem = "it has neither a boolean 'done' nor a name";
  } else if (typeof (name ?? '') !== 'string') problem = 'its name is not a string';
  if (problem !== undefined) throw new MalformedOperationError(operationName, problem);
}

/** What an object says that is not an operation: its error, or the names of its other fields. */
function describeContent(value: object): string {
  const { error } = value as Readonly<Record<string, unknown>>;
  const { code, status, message } = Object(error) as Readonly<Record<string, unknown>>;
  const texts = [code, status, message, error].filter((part) => ['string', 'number'].includes(typeof part));
  if (texts.length > 0) return `: its error is ${sanitize(texts.join(' '))}`;
  const others = Object.keys(value).filter((field) => !operationFields.includes(field));
  return others.length === 0 ? '' : `: its fields are ${sanitize(others.join(', '))}`;
}

/** The beginning of a text, without what may be a credential: the service may have repeated the request. */
function sanitize(text: string): string {
  return shorten(text.slice(0, 2000).replace(/\b(bearer|basic)\s+\S+|[^\s,:'"(){}[\]]{24,}/gi, '***'));
}

function unpackMetadata<M>(
  raw: RawOperation,
  info: OperationInfo<unknown, M>,
  name: string,
): Pick<OperationState<M>, 'metadata' | 'metadataError'> {
  if (!raw.metadata || isEmptyAny(raw.metadata)) return { metadata: undefined };
  try {
    return { metadata: unpack('metadata', { name, raw }, info.metadata) };
  } catch (error) {
    return { metadata: undefined, metadataError: error as UnpackError };
  }
}

/** The error of a completed operation, with missing fields filled in; undefined if the operation succeeded. */
function failureOf({ error, response }: RawOperation): Status | undefined {
  const sent: unknown = error;
  if (sent === undefined || sent === null) return undefined;
  const status = readStatus(sent);
  if (status.code !== Code.OK) return status;
  // Some services always send a status, with code 0 for success. But a status with a message or a detail in place of a
  // response is a failure whose code was not set, which proto3 does not distinguish from 0.
  const hasContent = status.message !== '' || status.details.length > 0;
  return hasContent && isEmptyAny(response) ? { ...status, code: Code.UNKNOWN } : undefined;
}

/** Reads what can be read of an error, of whatever form: a transport in plain JavaScript may return any. */
function readStatus(error: unknown): Status {
  const { code, message = error, details } = Object(error) as Readonly<Record<string, unknown>>;
  const isName = typeof code === 'string' && Object.hasOwn(Code, code);
  return {
    code: isName ? Code[code as CodeName] : toCode(code),
    message: typeof message === 'string' ? message : '',
    details: Array.isArray(details) ? details.filter((detail) => typeof detail === 'object' && detail !== null) : [],
  };
}

/**
 * Decodes the response or the metadata of an operation.
 *
 * @throws {@link UnpackError} if the message is of another type than the decoder's, or if the decoder throws.
 */
function unpack<T>(
  field: 'response' | 'metadata',
  { name: operationName, metadata, raw }: { name: string; metadata?: unknown; raw: RawOperation },
  decoder: AnyDecoder<T>,
): T {
  const any = raw[field];
  const expected = decoder.typeName;
  const actual = receivedTypeName(any);
  const error = (cause?: unknown): UnpackError =>
    new UnpackError({ operationName, field, expected, actual, any: anyType.decode(any), metadata, raw, cause });
  // An Any without content and an Empty in place of the declared type both mean that there is no message.
  const isAbsent = isEmptyAny(any) || (actual === 'google.protobuf.Empty' && expected !== undefined);
  if (!isAbsent && expected !== undefined && expected !== actual) throw error();
  try {
    return decoder.decode(isAbsent ? undefined : any);
  } catch (cause) {
    throw error(cause);
  }
}

/** The name of the type that the service sent; empty if it sent none, or one that is not a string. */
function receivedTypeName(any: Any | undefined): string {
  return any && typeof any.typeUrl === 'string' ? typeNameOf(any) : '';
}
