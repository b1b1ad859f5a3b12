import { typeNameOf, type Any, type JsonValue } from '../any.js';
import { MalformedOperationError } from '../decode-errors.js';
import { Code, toCode, type Status } from '../status.js';
import type { ListOperationsResponse, RawOperation } from '../transport.js';
import { detailFromAny, detailToAny, isObject, jsonField } from './details.js';

// The proto3 JSON form of google/longrunning/operations.proto and google/rpc/status.proto. Reading is lenient: names in
// camelCase or snake_case, null for unset, unknown fields ignored, and a field of the wrong type is one that is not set.

/**
 * `google.longrunning.Operation` from its JSON form. It is done only if `done` is `true` itself.
 *
 * @param askedName - what was asked about, for the error.
 * @throws {@link MalformedOperationError} if it is not an object.
 */
export function operationFromJson(value: unknown, askedName = ''): RawOperation {
  if (!isObject(value)) throw new MalformedOperationError(askedName, 'not a JSON object');
  const operation: RawOperation = { name: stringOrEmpty(value.name), done: value.done === true };
  const metadata = anyFromJson(value.metadata);
  const response = anyFromJson(value.response);
  if (metadata !== undefined) operation.metadata = metadata;
  if (response !== undefined) operation.response = response;
  if (value.error !== undefined && value.error !== null) operation.error = statusFromJson(value.error);
  return operation;
}

/**
 * `google.longrunning.Operation` in its JSON form; fields of default value are left out.
 *
 * @throws TypeError if `metadata`, `response` or a detail of `error` is there in bytes only.
 */
export function operationToJson(operation: RawOperation): JsonValue {
  const { name, metadata, done, error, response } = operation;
  return {
    ...(name !== '' && { name }),
    ...(metadata !== undefined && { metadata: anyToJson(metadata) }),
    ...(done && { done }),
    ...(error !== undefined && { error: statusToJson(error) }),
    ...(response !== undefined && { response: anyToJson(response) }),
  };
}

/**
 * `google.longrunning.ListOperationsResponse` from its JSON form.
 *
 * @param askedName - what was asked about, for the error.
 * @throws {@link MalformedOperationError} if it, or one of its operations, is not an object.
 */
export function listResponseFromJson(value: unknown, askedName = ''): ListOperationsResponse {
  if (!isObject(value)) throw new MalformedOperationError(askedName, 'the list of operations is not a JSON object');
  return {
    operations: arrayOrEmpty(value.operations).map((operation) => operationFromJson(operation, askedName)),
    nextPageToken: stringOrEmpty(jsonField(value, 'nextPageToken')),
    unreachable: arrayOrEmpty(value.unreachable).filter((item) => typeof item === 'string'),
  };
}

/** `google.longrunning.ListOperationsResponse` in its JSON form; fields of default value are left out. */
export function listResponseToJson(response: ListOperationsResponse): JsonValue {
  const { operations, nextPageToken, unreachable } = response;
  return {
    ...(operations.length > 0 && { operations: operations.map(operationToJson) }),
    ...(nextPageToken !== '' && { nextPageToken }),
    ...(unreachable.length > 0 && { unreachable: [...unreachable] }),
  };
}

/** `google.protobuf.Any` from its JSON form, which it keeps whole, `'@type'` included; undefined if it is no object. */
export function anyFromJson(value: unknown): Any | undefined {
  return isObject(value) ? { typeUrl: stringOrEmpty(value['@type']), json: value } : undefined;
}

/**
 * `google.protobuf.Any` in its JSON form.
 *
 * @throws TypeError if it holds bytes only, of another type than `google.protobuf.Empty`.
 */
export function anyToJson(any: Any): JsonValue {
  const { typeUrl, value, json } = any;
  if (isObject(json)) return typeUrl === '' || '@type' in json ? json : { '@type': typeUrl, ...json };
  // The types whose own JSON is not an object, such as Timestamp, have it under "value".
  if (json !== undefined) return { '@type': typeUrl, value: json };
  if (typeNameOf(any) === 'google.protobuf.Empty') return { '@type': typeUrl, value: {} };
  if (typeUrl === '' && (value === undefined || value.length === 0)) return {};
  throw new TypeError(`Cannot write an Any as JSON as 'json' must be present: it has bytes only, of ${typeUrl}`);
}

/** `google.rpc.Status` from its JSON form, in which `code` is the rpc code and not an HTTP status. */
export function statusFromJson(value: unknown): Status {
  if (!isObject(value)) return { code: Code.UNKNOWN, message: stringOrEmpty(value), details: [] };
  return {
    code: toCode(Number(value.code ?? 0)),
    message: stringOrEmpty(value.message),
    details: arrayOrEmpty(value.details).flatMap((item) => {
      const any = anyFromJson(item);
      return any === undefined ? [] : [detailFromAny(any)];
    }),
  };
}

/**
 * `google.rpc.Status` in its JSON form.
 *
 * @throws TypeError if a detail of an unknown type is there in bytes only.
 */
export function statusToJson(status: Status): JsonValue {
  const { code, message, details } = status;
  return {
    ...(code !== 0 && { code }),
    ...(message !== '' && { message }),
    ...(details.length > 0 && { details: details.map((detail) => anyToJson(detailToAny(detail))) }),
  };
}

const stringOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');

function arrayOrEmpty(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
