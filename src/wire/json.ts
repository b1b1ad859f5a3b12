import { typeNameOf, type Any, type JsonValue } from '../any.js';
import { throwInvalidArgument } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import { Code, type Status } from '../status.js';
import type { ListOperationsResponse, RawOperation } from '../transport.js';
import { assertOperationJson } from './assert-operation-json.js';
import { defaultCode, readCode, readCodeName } from './code.js';
import { detailFromAny, detailToAny } from './details.js';
import { isObject, jsonField } from './json-object.js';

// The proto3 JSON form of google/longrunning/operations.proto and google/rpc/status.proto. Decoding is lenient: names
// are lowerCamelCase or snake_case, null means unset, unknown fields are ignored, and fields of a wrong type are unset.

/**
 * `google.longrunning.Operation` from its JSON form. It is done only if `done` is exactly `true`.
 *
 * @param requestedName - the name in the request, for the error.
 * @throws {@link MalformedOperationError} if it is not an operation: see {@link assertOperationJson}.
 */
export function operationFromJson(value: unknown, requestedName = ''): RawOperation {
  if (!isObject(value)) throw new MalformedOperationError(requestedName, 'not a JSON object');
  assertOperationJson(value, requestedName);
  const operation: RawOperation = { name: stringOrEmpty(value.name), done: value.done === true };
  const metadata = contentFromJson(value.metadata);
  const response = contentFromJson(value.response);
  if (metadata !== undefined) operation.metadata = metadata;
  if (response !== undefined) operation.response = response;
  if (value.error !== undefined && value.error !== null) operation.error = operationErrorFromJson(value.error);
  return operation;
}

/**
 * `google.longrunning.Operation` in its JSON form; fields with their default value are omitted.
 *
 * @throws TypeError if there is no JSON of `metadata`, `response` or a detail of `error`, only bytes.
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
 * @param requestedName - the name in the request, for the error.
 * @throws {@link MalformedOperationError} if it, or one of its operations, is not an object.
 */
export function listResponseFromJson(value: unknown, requestedName = ''): ListOperationsResponse {
  if (!isObject(value)) throw new MalformedOperationError(requestedName, 'the list of operations is not a JSON object');
  return {
    operations: arrayOrEmpty(value.operations).map((operation) => operationFromJson(operation, requestedName)),
    nextPageToken: stringOrEmpty(jsonField(value, 'nextPageToken')),
    unreachable: arrayOrEmpty(value.unreachable).filter((item) => typeof item === 'string'),
  };
}

/** `google.longrunning.ListOperationsResponse` in its JSON form; fields with their default value are omitted. */
export function listResponseToJson(response: ListOperationsResponse): JsonValue {
  const { operations, nextPageToken, unreachable } = response;
  return {
    ...(operations.length > 0 && { operations: operations.map(operationToJson) }),
    ...(nextPageToken !== '' && { nextPageToken }),
    ...(unreachable.length > 0 && { unreachable: [...unreachable] }),
  };
}

/** `google.protobuf.Any` from its JSON form, which is kept unchanged; undefined if it is not an object. */
export function anyFromJson(value: unknown): Any | undefined {
  return isObject(value) ? { typeUrl: stringOrEmpty(value['@type']), json: value } : undefined;
}

/** The response or the metadata. JSON that is not an object, and so not an Any, is kept without a type. */
function contentFromJson(value: JsonValue | undefined): Any | undefined {
  if (value === undefined || value === null) return undefined;
  return anyFromJson(value) ?? { typeUrl: '', json: value };
}

/**
 * `google.protobuf.Any` in its JSON form.
 *
 * @throws TypeError if there is no JSON, only bytes, and the type is not `google.protobuf.Empty`.
 */
export function anyToJson(any: Any): JsonValue {
  const { typeUrl, value, json } = any;
  if (isObject(json)) return typeUrl === '' || '@type' in json ? json : { '@type': typeUrl, ...json };
  // If the JSON of a type is not an object, as for Timestamp, an Any has it under "value".
  if (json !== undefined) return typeUrl === '' ? json : { '@type': typeUrl, value: json };
  if (typeNameOf(any) === 'google.protobuf.Empty') return { '@type': typeUrl, value: {} };
  if (typeUrl === '' && (value === undefined || value.length === 0)) return {};
  return throwInvalidArgument(`write an Any of type '${typeUrl}' as JSON`, 'json', 'present', json);
}

/**
 * `google.rpc.Status` from its JSON form. `code` is a code of `google.rpc.Code`, by number or name, or the HTTP status of
 * an error.
 */
export function statusFromJson(value: unknown): Status {
  if (!isObject(value)) return { code: Code.UNKNOWN, message: stringOrEmpty(value), details: [] };
  return {
    code: readCode(value.code ?? defaultCode(value)) ?? Code.UNKNOWN,
    message: stringOrEmpty(value.message),
    details: arrayOrEmpty(value.details)
      .map(anyFromJson)
      .flatMap((any) => (any === undefined ? [] : [detailFromAny(any)])),
  };
}

/** Some services write an error response into an operation: then `status` has the name of the code. */
function operationErrorFromJson(error: JsonValue): Status {
  const status = statusFromJson(error);
  const code = isObject(error) ? readCodeName(error.status) : undefined;
  return code === undefined ? status : { ...status, code };
}

/**
 * `google.rpc.Status` in its JSON form.
 *
 * @throws TypeError if there is no JSON of a detail of an unknown type, only bytes.
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
