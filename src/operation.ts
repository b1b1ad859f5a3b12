import { anyType, typeNameOf, type Any, type AnyDecoder, type OperationInfo } from './any.js';
import { MalformedOperationError, UnpackError } from './decode-errors.js';
import { Code, toCode, type Status } from './status.js';
import type { RawOperation } from './transport.js';

/** What all states of an operation have. */
export interface OperationState<M> {
  /** The name that the server gave it, or the one it was asked for by. */
  readonly name: string;
  /** The metadata; undefined if the service sent none, or none that can be read. */
  readonly metadata: M | undefined;
  /** Why the metadata that the service sent cannot be read. It never ends a wait. */
  readonly metadataError?: UnpackError;
  /** The operation as it came. */
  readonly raw: RawOperation;
}

/** An operation that is still running. */
export interface RunningOperation<M> extends OperationState<M> {
  /** It is not done. */
  readonly done: false;
  /** There is none yet. */
  readonly result?: undefined;
}

/** An operation that ended well. */
export interface SucceededOperation<R, M> extends OperationState<M> {
  /** It is done. */
  readonly done: true;
  /** There is a response. */
  readonly result: 'response';
  /** The response, unpacked; the type's default instance where the service sent none. */
  readonly response: R;
}

/** An operation that failed or was cancelled. */
export interface FailedOperation<M> extends OperationState<M> {
  /** It is done. */
  readonly done: true;
  /** There is an error. */
  readonly result: 'error';
  /** What went wrong, details included. */
  readonly error: Status;
  /** Whether it was cancelled: `error.code` is `Code.CANCELLED`. */
  readonly cancelled: boolean;
}

/** An operation that is done, one way or the other; `result` tells which. */
export type CompletedOperation<R, M> = SucceededOperation<R, M> | FailedOperation<M>;

/** A state of an operation; `done`, then `result`, narrow it. */
export type Operation<R, M> = RunningOperation<M> | CompletedOperation<R, M>;

/** What an operation is unpacked as where no types were declared. */
export const anyInfo: OperationInfo<Any, Any> = { response: anyType, metadata: anyType };

/**
 * The raw operation as one of the three states. Completion is `done === true` and nothing else; a done operation with
 * neither response nor error succeeded. An error of code 0 that says something, with no response, is a failure (UNKNOWN).
 *
 * @param raw - what came over the wire.
 * @param info - what to unpack it as.
 * @param requestedName - the name to use where the server sent none.
 * @throws {@link MalformedOperationError} if it is not an operation, or neither done nor named.
 * @throws {@link UnpackError} if the response is of another type than declared or cannot be read.
 */
export function toOperation<R, M>(
  raw: RawOperation,
  info: OperationInfo<R, M> = anyInfo as OperationInfo<unknown, unknown> as OperationInfo<R, M>,
  requestedName = '',
): Operation<R, M> {
  const given: unknown = raw;
  const done = isDone(raw);
  const name: unknown = typeof given === 'object' && given ? raw.name || requestedName : undefined;
  // One that is done needs no name: nobody has to ask for it.
  if (typeof name !== 'string' || !(done || name)) {
    throw new MalformedOperationError(requestedName, 'it is no object, or has no name to ask for it by');
  }
  const state: Mutable<OperationState<M>> & { done: boolean } = { name, done, metadata: undefined, raw };
  try {
    if (!isEmptyAny(raw.metadata)) state.metadata = unpack('metadata', raw.metadata, info.metadata, name);
  } catch (error) {
    state.metadataError = error as UnpackError;
  }
  if (!done) return state as RunningOperation<M>;
  // `error` decides: a service that sends both, or the error of an older proto without its oneof, means a failure.
  const { code, message, details } = (raw.error ?? { code: Code.OK }) as { [K in keyof Status]?: Status[K] | null };
  // Some services always send a status, whose code 0 is no error. One that speaks in place of a response is: it lacks its
  // code, and proto3 cannot tell that from 0.
  if (code !== Code.OK || ((message || details?.length) && isEmptyAny(raw.response))) {
    const error = { code: code ? toCode(code) : Code.UNKNOWN, message: message ?? '', details: details ?? [] };
    return Object.assign(state, { result: 'error', error, cancelled: code === Code.CANCELLED }) as FailedOperation<M>;
  }
  const response = unpack('response', raw.response, info.response, name);
  return Object.assign(state, { result: 'response', response }) as SucceededOperation<R, M>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Whether an answer, whatever it is, says that the operation is completed: `done === true` and nothing else. */
export function isDone(raw: RawOperation): boolean {
  return (raw as Partial<RawOperation> | null | undefined)?.done === true;
}

function unpack<T>(
  field: 'response' | 'metadata',
  any: Any | undefined,
  decoder: AnyDecoder<T>,
  operationName: string,
): T {
  const expected = decoder.typeName;
  const typeUrl: unknown = any?.typeUrl;
  const actual = typeUrl && typeof typeUrl === 'string' ? typeNameOf(any as Any) : '';
  // An Any that holds nothing and an Empty in place of the declared type both say: nothing to report.
  const sent = isEmptyAny(any) || (actual === 'google.protobuf.Empty' && expected !== undefined) ? undefined : any;
  let cause: unknown;
  try {
    if (!sent || expected === undefined || expected === actual) return decoder.decode(sent);
  } catch (error) {
    cause = error;
  }
  throw new UnpackError({ operationName, field, expected, actual, any: anyType.decode(any), cause });
}

function isEmptyAny(any: Any | undefined): any is undefined {
  // Older servers write `response: {}`, an Any with neither type nor content.
  return !any || (!any.typeUrl && Object.values(any).every((part: unknown) => !part || Object.keys(part).length === 0));
}

/** Whether two states would look the same to a watcher: equally done, with the same metadata. */
export function sameState(a: RawOperation | undefined, b: RawOperation): boolean {
  if (!a || isDone(a) !== isDone(b)) return false;
  const [x, y] = [a.metadata, b.metadata];
  if (x?.typeUrl !== y?.typeUrl || x?.value?.length !== y?.value?.length) return false;
  // Where there are bytes they tell; the JSON beside them are the same said again.
  if (x?.value) return x.value.every((byte, i) => byte === y?.value?.[i]);
  return JSON.stringify(x?.json) === JSON.stringify(y?.json);
}
