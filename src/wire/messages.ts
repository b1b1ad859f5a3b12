import { typeNameOf, type Any } from '../any.js';
import { toCode, type Status, type StatusDetail } from '../status.js';
import type { ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import { detailFromAny, detailToAny, readDuration, writeDuration } from './details.js';
import { msFromNanos, nanosFromMs } from './duration.js';
import { lengthDelimitedTag, NodeBuffer, Reader, Writer } from './protobuf.js';

// The wire form of google/longrunning/operations.proto and google/rpc/status.proto. Every decode skips unknown fields and
// throws a MalformedOperationError on bytes that are not a message. Where a field occurs more than once the last one
// wins, for messages too: protobuf would merge them, but no server writes a singular message in pieces.

/** `google.longrunning.Operation` in wire format. Of `error` and `response`, which are a oneof, `error` wins. */
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
 * `google.rpc.Status` from its wire format, its details typed.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message; a detail that cannot be read is kept as an Any.
 */
export function decodeStatus(bytes: Uint8Array): Status {
  return readStatus(new Reader(bytes));
}

/** `GetOperationRequest`, `CancelOperationRequest` and `DeleteOperationRequest`, which are alike, in wire format. */
export function encodeNameRequest(request: { name: string }): Uint8Array {
  const { name } = request;
  // What every poll sends: in Node one piece of memory in place of five.
  if (NodeBuffer && /^[ -~]{1,127}$/.test(name)) {
    return NodeBuffer.from(`\n${String.fromCharCode(name.length)}${name}`, 'latin1');
  }
  return new Writer().string(1, request.name).finish();
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
 * `ListOperationsRequest` from its wire format, every field present.
 *
 * @throws {@link MalformedOperationError} if the bytes are not a message.
 */
export function decodeListRequest(bytes: Uint8Array): Required<ListOperationsRequest> {
  const reader = new Reader(bytes);
  const request = { name: '', filter: '', pageSize: 0, pageToken: '', returnPartialSuccess: false };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) request.filter = reader.string();
    else if (tag === 16) request.pageSize = reader.int32();
    else if (tag === lengthDelimitedTag(3)) request.pageToken = reader.string();
    else if (tag === lengthDelimitedTag(4)) request.name = reader.string();
    else if (tag === 40) request.returnPartialSuccess = reader.varint() !== 0;
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

/** `WaitOperationRequest` in wire format. A timeout that is not above 0 is left out: the server decides. */
export function encodeWaitRequest(request: { name: string; timeoutMs: number }): Uint8Array {
  const nanos = nanosFromMs(request.timeoutMs);
  const writer = new Writer().string(1, request.name);
  if (nanos > 0n) writer.message(2, writeDuration(nanos));
  return writer.finish();
}

/**
 * `WaitOperationRequest` from its wire format; `timeoutMs` is 0 where the client left it to the server.
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
    else if (tag === 24) operation.done = reader.varint() !== 0;
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
    if (tag === 8) code = reader.int32();
    else if (tag === lengthDelimitedTag(2)) message = reader.string();
    else if (tag === lengthDelimitedTag(3)) details.push(detailFromAny(reader.message(readAny)));
    else reader.skip(tag);
  }
  return { code: toCode(code), message, details };
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
  const { typeUrl, json } = any;
  let { value } = any;
  if (value === undefined && json !== undefined && typeNameOf(any) !== 'google.protobuf.Empty') {
    value = detailToAny(detailFromAny(any)).value;
    if (value === undefined)
      throw new TypeError(`Cannot encode an Any as 'value' must be bytes: it has JSON only, of ${typeUrl}`);
  }
  const writer = new Writer().string(1, typeUrl);
  return value === undefined || value.length === 0 ? writer : writer.message(2, value);
}
