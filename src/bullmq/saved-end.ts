import type { Any, JsonValue, OperationInfo } from '../any.js';
import { MalformedOperationError } from '../decode-errors.js';
import { isLROError, PollingTimeoutError, RequestError } from '../errors.js';
import type { SettledOperation } from '../many/settle-wait.js';
import { toOperation, type CompletedOperation } from '../operation.js';
import type { ResumeToken } from '../resume-token.js';
import { toCode, type Status } from '../status.js';
import type { RawOperation } from '../transport.js';
import type { SavedFailure } from './batch.js';

/** Why the outcome of an operation is unknown. */
interface SavedReason {
  readonly kind: 'timeout' | 'failure';
  readonly elapsedMs: number;
  readonly polls: number;
  /** How the last request failed. */
  readonly failure?: SavedFailure;
}

/** How the wait for an operation ended: it is done, or its outcome is unknown. */
export type SavedEnd =
  /** Without a `raw`, the result was too large for a job: the handler's worker requests it again. */
  | { readonly result: 'completed'; readonly raw?: JsonValue }
  | { readonly result: 'unknown'; readonly reason: SavedReason };

/** The data of the job of an operation that ended. */
export interface EndedData {
  readonly version: number;
  readonly token: ResumeToken;
  readonly end: SavedEnd;
  readonly data?: JsonValue;
  readonly priority?: number;
}

/** Saves a completed operation, without its result if that is too large. */
export function saveCompleted(raw: RawOperation, maxBytes: number): SavedEnd {
  const size = (any: Any | undefined): number => any?.value?.byteLength ?? 0;
  if (size(raw.response) + size(raw.metadata) > maxBytes) return { result: 'completed' };
  try {
    const saved = encode(raw);
    if (JSON.stringify(saved).length <= maxBytes) return { result: 'completed', raw: saved };
  } catch {
    // Nested too deep for JSON, or a value of customOperations() that JSON would change.
  }
  return { result: 'completed' };
}

/** The operation that was saved; undefined if its result was too large. */
export function readCompleted({ raw }: SavedEnd & { result: 'completed' }): RawOperation | undefined {
  return raw === undefined ? undefined : (decode(raw) as RawOperation);
}

/** What is saved of a failed request. */
export function saveFailure(error: unknown): SavedFailure {
  if (isLROError(error) && error.code === 'LRO_REQUEST_FAILED') {
    const { method, status, origin, httpStatus } = error;
    const saved = { method, code: status.code, message: status.message.slice(0, 500), origin };
    return { ...saved, ...(httpStatus !== undefined && { httpStatus }), ...saveDetails(status) };
  }
  const message = isLROError(error) ? error.message.slice(0, 500) : 'the response cannot be read';
  return { method: '', code: 0, message, origin: 'service' };
}

function saveDetails({ details }: Status): { details?: JsonValue } {
  try {
    const saved = encode(details);
    return details.length > 0 && JSON.stringify(saved).length <= maxDetailsLength ? { details: saved } : {};
  } catch {
    return {};
  }
}

/** Of details in JSON. They are saved for each operation of a batch. */
const maxDetailsLength = 1000;

/**
 * The outcome for the handler, with the response decoded. One that cannot be decoded makes it unknown.
 *
 * @throws nothing that depends on the operation.
 */
export function settle<R, M>(
  { token, end }: Pick<EndedData, 'token' | 'end'>,
  raw: RawOperation | undefined,
  info: OperationInfo<R, M>,
): SettledOperation<R, M> {
  const unknown = (reason: unknown): SettledOperation<R, M> => ({
    name: token.name,
    result: 'unknown',
    reason,
    lastOperation: undefined,
  });
  if (end.result === 'unknown') return unknown(readReason(end.reason, token));
  try {
    return toOperation(raw as RawOperation, info, token.name) as CompletedOperation<R, M>;
  } catch (error) {
    return unknown(error);
  }
}

function readReason({ kind, elapsedMs, polls, failure }: SavedReason, token: ResumeToken): Error {
  const cause = failure && readFailure(failure, token.name);
  if (kind === 'failure' && cause) return cause;
  return new PollingTimeoutError({ elapsedMs, polls, operation: undefined, token, cause });
}

function readFailure({ method, code, message, origin, ...saved }: SavedFailure, operationName: string): Error {
  if (method === '') return new MalformedOperationError(operationName, message);
  const { httpStatus } = saved;
  const details = decode(saved.details ?? []) as Status['details'];
  return new RequestError({
    method,
    operationName,
    status: { code: toCode(code), message, details },
    origin,
    httpStatus,
  });
}

/**
 * A value as JSON, with bytes as base64. An object that looks like saved bytes is wrapped.
 *
 * @throws TypeError if JSON would change the value, such as a Date or an instance of a class.
 */
function encode(value: unknown): JsonValue {
  if (ArrayBuffer.isView(value)) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (Array.isArray(value)) return value.map(encode);
  if (!isKept(value)) throw new TypeError('Cannot save what is not JSON');
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  const fields = mapFields(value, encode) as Record<string, JsonValue>;
  return '$bytes' in fields || '$object' in fields ? { $object: fields } : fields;
}

/** Whether JSON keeps a value, leaving its content aside. */
function isKept(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return ['string', 'boolean', 'object'].includes(typeof value);
  // A plain object, of whatever realm.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const { $bytes, $object } = value as { $bytes?: string; $object?: object };
  if ($object !== undefined) return mapFields($object, decode);
  return $bytes === undefined ? mapFields(value, decode) : new Uint8Array(Buffer.from($bytes, 'base64'));
}

function mapFields(value: object, map: (field: unknown) => unknown): object {
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, map(field)]));
}
