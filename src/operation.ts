import { isEmptyAny, typeNameOf, type Any, type AnyDecoder, type OperationInfo } from './any.js';
import { assertKnownOptions, shorten, type OptionNames } from './arguments.js';
import { MalformedOperationError, UnpackError } from './decode-errors.js';
import { Code, toCode, type Status } from './status.js';
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

/** Returns an {@link Any} unchanged; a message that was not sent is an Any without content. */
export const anyType: AnyDecoder<Any> = { decode: (any) => any ?? { typeUrl: '' } };

const infoNames: OptionNames<OperationInfo<unknown, unknown>> = { response: true, metadata: true };

/**
 * Declares the types of an operation.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata; {@link Any} if they are not declared.
 * @param types - a decoder for the response and, optionally, one for the metadata.
 * @returns the types, for `client.poller()`, `client.resume()` and the `type` option of `client.getOperation()`.
 *
 * @example
 * ```ts
 * const recognize = operationInfo({
 *   response: protobufType(LongRunningRecognizeResponse),
 *   metadata: protobufType(LongRunningRecognizeMetadata),
 * });
 * ```
 */
export function operationInfo<R, M = Any>(types: {
  response: AnyDecoder<R>;
  metadata?: AnyDecoder<M> | undefined;
}): OperationInfo<R, M> {
  assertKnownOptions('declare an operation', types, infoNames);
  // Without a decoder M is Any: it cannot be inferred as another type.
  return { response: types.response, metadata: types.metadata ?? (anyType as AnyDecoder<unknown> as AnyDecoder<M>) };
}

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
  assertOperation(raw, requestedName);
  // Built in place: a program may hold the states of very many operations.
  const state: DecodedState<R, M> = { name: raw.name || requestedName, done: isDone(raw), metadata: undefined, raw };
  try {
    if (raw.metadata && !isEmptyAny(raw.metadata)) state.metadata = unpack('metadata', state, info.metadata);
  } catch (error) {
    state.metadataError = error as UnpackError;
  }
  if (!state.done) return state as Operation<R, M>;
  const error = failureOf(raw);
  if (error) {
    state.result = 'error';
    state.error = error;
    state.cancelled = error.code === Code.CANCELLED;
  } else {
    state.response = unpack('response', state, info.response);
    state.result = 'response';
  }
  return state as Operation<R, M>;
}

/** A state while it is decoded: the properties of all three kinds. */
interface DecodedState<R, M> {
  readonly name: string;
  readonly done: boolean;
  metadata: M | undefined;
  readonly raw: RawOperation;
  metadataError?: UnpackError;
  result?: 'response' | 'error';
  response?: R;
  error?: Status;
  cancelled?: boolean;
}

/**
 * The state of a completed operation whose response cannot be decoded: its `response` throws the error when it is read.
 *
 * @param error - what {@link toOperation} threw.
 */
export function undecodedOperation<R, M>(error: UnpackError): SucceededOperation<R, M> {
  const { operationName: name, metadata, raw } = error;
  const getResponse = (): never => {
    throw error;
  };
  // The property is not enumerable, so that the state can be copied and printed.
  const state = { name, done: true, metadata, raw, result: 'response' };
  return Object.defineProperty(state, 'response', { get: getResponse }) as SucceededOperation<R, M>;
}

/** Whether a response, of whatever form, is a completed operation: `done === true`. */
export function isDone(raw: RawOperation): boolean {
  return (raw as Partial<RawOperation> | null | undefined)?.done === true;
}

/**
 * Checks that a response is an operation: an object that is done, or has a name, metadata or a response. Another object,
 * polled as a running operation, would be polled for ever.
 *
 * @param requestedName - the name to use if there is none.
 * @param isPushed - whether a caller passes the state, instead of a response: then `done` must be a boolean or absent, and
 *   a boolean is enough.
 * @throws {@link MalformedOperationError} that says what the object is.
 */
export function assertOperation(value: unknown, requestedName: string, isPushed = false): void {
  const fields = Object(value) as Fields;
  const { name, done } = fields;
  let problem: string | undefined;
  if (fields !== value || Array.isArray(value) || ArrayBuffer.isView(value)) problem = 'it is not an object';
  else if (typeof (name ?? '') !== 'string') problem = 'its name is not a string';
  else if (isPushed && typeof (done ?? false) !== 'boolean') problem = "its 'done' is not a boolean";
  else if (done !== true) problem = runningProblem(fields, requestedName, isPushed);
  if (problem !== undefined) throw new MalformedOperationError(requestedName, problem);
}

type Fields = Readonly<Record<string, unknown>>;

/** Why an object is not a running operation; undefined if it is one. */
function runningProblem(fields: Fields, requestedName: string, isPushed: boolean): string | undefined {
  const { name, done, status } = fields;
  const content = fields.metadata ?? fields.response ?? undefined;
  if (typeof status === 'string' && (done ?? content) === undefined) {
    return "it has a status but no 'done': use customOperations() of longrunning/custom";
  }
  if (name || (requestedName && (isPushed ? done === false : content !== undefined))) return undefined;
  return `it is neither done nor named: its fields are '${shorten(Object.keys(fields).join("', '"))}'`;
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
  const { code, message = error, details } = Object(error) as Fields;
  return {
    code: toCode(code),
    message: typeof message === 'string' ? message : '',
    details: Array.isArray(details) ? details.filter((detail) => detail === Object(detail)) : [],
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
  // An Any without content and an Empty in place of the declared type both mean that there is no message.
  const isAbsent =
    any === undefined || isEmptyAny(any) || (actual === 'google.protobuf.Empty' && expected !== undefined);
  let cause: unknown;
  if (isAbsent || expected === undefined || expected === actual) {
    try {
      return decoder.decode(isAbsent ? undefined : any);
    } catch (error) {
      cause = error;
    }
  }
  throw new UnpackError({ operationName, field, expected, actual, any: anyType.decode(any), metadata, raw, cause });
}

/** The name of the type that the service sent; empty if it sent none, or one that is not a string. */
function receivedTypeName(any: Any | undefined): string {
  return any && typeof any.typeUrl === 'string' ? typeNameOf(any) : '';
}
