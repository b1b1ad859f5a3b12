import { typeNameOf, type Any } from '../any.js';
import { assertArgument } from '../arguments.js';
import { Code, type Status, type StatusDetail } from '../status.js';
import type { ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import { readCode } from './code.js';
import { detailFromAny, detailToAny } from './details.js';
import { msFromNanos, nanosFromMs, readDuration, writeDuration } from './duration.js';
import { lengthDelimitedTag, NodeBuffer, Reader, varintTag, Writer } from './protobuf.js';

// The wire format of google/longrunning/operations.proto and google/rpc/status.proto. Every decoder skips unknown
// fields and throws a MalformedOperationError for bytes that are not a message. If a singular field occurs more than
// once, its last value is used, for messages too: protobuf would merge them, but no server writes a message in parts.

/** `google.longrunning.Operation` in wire format. If both `error` and `response` are set, only `error` is written. */
export function encodeOperation(operation: RawOperation): Uint8Array {
  const { name, metadata, done, error, response } = operation;
  const writer = new Writer().string(1, name);
  if (metadata !== undefined) writer.message(2, writeAny(metadata));
  writer.varint(3, done);
  if (error !== undefined) writer.message(4, encodeStatus(error));
  else if (response !== undefined) writer.message(5, writeAny(response));
  return writer.finish();
}

/**
 * `google.longrunning.Operation` from its wire format.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message.
 */
export function decodeOperation(bytes: Uint8Array): RawOperation {
  return readOperation(new Reader(bytes));
}

/** `google.rpc.Status` in wire format. */
export function encodeStatus(status: Status): Uint8Array {
  const writer = new Writer().varint(1, status.code).string(2, status.message);
  for (const detail of status.details) writer.message(3, writeAny(detailToAny(detail)));
  return writer.finish();
}

/**
 * `google.rpc.Status` from its wire format, with typed details.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message. An undecodable detail is kept as an Any.
 */
export function decodeStatus(bytes: Uint8Array): Status {
  return readStatus(new Reader(bytes));
}

/** `GetOperationRequest`, `CancelOperationRequest` and `DeleteOperationRequest`, which are equal, in wire format. */
export function encodeNameRequest(request: { name: string }): Uint8Array {
  const { name } = request;
  // Sent by every poll, so that a short ASCII name is encoded with one allocation instead of five: tag, length, name.
  if (NodeBuffer && /^[ -~]{1,127}$/.test(name)) {
    const prefix = String.fromCharCode(lengthDelimitedTag(1), name.length);
    return NodeBuffer.from(prefix + name, 'latin1');
  }
  return new Writer().string(1, name).finish();
}

/**
 * `GetOperationRequest`, `CancelOperationRequest` and `DeleteOperationRequest` from their wire format.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message.
 */
export function decodeNameRequest(bytes: Uint8Array): { name: string } {
  const reader = new Reader(bytes);
  let name = '';
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) name = reader.string();
    else reader.skip(tag);
  }
  return { name };
}

/** `ListOperationsRequest` in wire format. */
export function encodeListRequest(request: ListOperationsRequest): Uint8Array {
  return new Writer()
    .string(1, request.filter ?? '')
    .varint(2, request.pageSize ?? 0)
    .string(3, request.pageToken ?? '')
    .string(4, request.name)
    .varint(5, request.returnPartialSuccess ?? false)
    .finish();
}

/**
 * `ListOperationsRequest` from its wire format, with every field present.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message.
 */
export function decodeListRequest(bytes: Uint8Array): Required<ListOperationsRequest> {
  const reader = new Reader(bytes);
  const request = { name: '', filter: '', pageSize: 0, pageToken: '', returnPartialSuccess: false };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) request.filter = reader.string();
    else if (tag === varintTag(2)) request.pageSize = reader.int32();
    else if (tag === lengthDelimitedTag(3)) request.pageToken = reader.string();
    else if (tag === lengthDelimitedTag(4)) request.name = reader.string();
    else if (tag === varintTag(5)) request.returnPartialSuccess = reader.varint() !== 0;
    else reader.skip(tag);
  }
  return request;
}

/** `ListOperationsResponse` in wire format. */
export function encodeListResponse(response: ListOperationsResponse): Uint8Array {
  const writer = new Writer();
  for (const operation of response.operations) writer.message(1, encodeOperation(operation));
  writer.string(2, response.nextPageToken);
  for (const location of response.unreachable) writer.message(3, location);
  return writer.finish();
}

/**
 * `ListOperationsResponse` from its wire format.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message.
 */
export function decodeListResponse(bytes: Uint8Array): ListOperationsResponse {
  const reader = new Reader(bytes);
  const response: ListOperationsResponse = { operations: [], nextPageToken: '', unreachable: [] };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) response.operations.push(reader.message(readOperation));
    else if (tag === lengthDelimitedTag(2)) response.nextPageToken = reader.string();
    else if (tag === lengthDelimitedTag(3)) response.unreachable.push(reader.string());
    else reader.skip(tag);
  }
  return response;
}

/** `WaitOperationRequest` in wire format. Without a timeout above 0 the server chooses one. */
export function encodeWaitRequest(request: { name: string; timeoutMs: number }): Uint8Array {
  const nanos = nanosFromMs(request.timeoutMs);
  const writer = new Writer().string(1, request.name);
  if (nanos > 0n) writer.message(2, writeDuration(nanos));
  return writer.finish();
}

/**
 * `WaitOperationRequest` from its wire format; `timeoutMs` is 0 if the client set none.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message.
 */
export function decodeWaitRequest(bytes: Uint8Array): { name: string; timeoutMs: number } {
  const reader = new Reader(bytes);
  const request = { name: '', timeoutMs: 0 };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) request.name = reader.string();
    else if (tag === lengthDelimitedTag(2)) request.timeoutMs = msFromNanos(reader.message(readDuration));
    else reader.skip(tag);
  }
  return request;
}

function readOperation(reader: Reader): RawOperation {
  const operation: RawOperation = { name: '', done: false };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) operation.name = reader.string();
    else if (tag === lengthDelimitedTag(2)) operation.metadata = reader.message(readAny);
    else if (tag === varintTag(3)) operation.done = reader.varint() !== 0;
    else if (tag === lengthDelimitedTag(4)) {
      operation.error = reader.message(readStatus);
      delete operation.response;
    } else if (tag === lengthDelimitedTag(5)) {
      operation.response = reader.message(readAny);
      delete operation.error;
    } else reader.skip(tag);
  }
  return operation;
}

function readStatus(reader: Reader): Status {
  let code = 0;
  let message = '';
  const details: StatusDetail[] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === varintTag(1)) code = reader.int32();
    else if (tag === lengthDelimitedTag(2)) message = reader.string();
    else if (tag === lengthDelimitedTag(3)) details.push(detailFromAny(reader.message(readAny)));
    else reader.skip(tag);
  }
  return { code: readCode(code) ?? Code.UNKNOWN, message, details };
}

function readAny(reader: Reader): Any {
  let typeUrl = '';
  let value: Uint8Array | undefined;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) typeUrl = reader.string();
    else if (tag === lengthDelimitedTag(2)) value = reader.bytes();
    else reader.skip(tag);
  }
  return { typeUrl, value: value ?? new Uint8Array() };
}

function writeAny(any: Any): Writer {
  const value = bytesOf(any);
  const writer = new Writer().string(1, any.typeUrl);
  return value.length === 0 ? writer : writer.message(2, value);
}

/** The bytes of the message in an Any. */
function bytesOf(any: Any): Uint8Array {
  const { typeUrl, value, json } = any;
  if (value !== undefined) return value;
  if (json === undefined || typeNameOf(any) === 'google.protobuf.Empty') return new Uint8Array();
  const encoded = detailToAny(detailFromAny(any)).value;
  assertArgument(encoded !== undefined, `encode an Any of type '${typeUrl}'`, 'value', 'bytes', encoded);
  return encoded;
}
