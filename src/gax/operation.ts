import type { Any, JsonValue } from '../any.js';
import { MalformedOperationError } from '../decode-errors.js';
import { Code, type Status } from '../status.js';
import type { RawOperation } from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import { readCode, readCodeName } from '../wire/code.js';
import { detailFromAny } from '../wire/details.js';
import { anyFromJson } from '../wire/json.js';

/**
 * Converts a `google.longrunning.Operation` of protobufjs, or a plain object like it, to a raw operation.
 *
 * The virtual oneof `result` is not used: an object from JSON or a database does not have it.
 */
export function rawOperationFrom(value: unknown): RawOperation {
  const { name, done, metadata, response, error } = asRecord(value);
  const knownName = typeof name === 'string' ? name : '';
  return {
    name: knownName,
    done: done === true,
    // Metadata that cannot be read do not end a wait: they are a metadataError.
    metadata: anyFrom(metadata) ?? (typeof metadata === 'object' ? unknownAny(metadata) : undefined),
    response: responseFrom(response, knownName),
    error: statusFrom(error),
  };
}

function responseFrom(value: unknown, name: string): Any | undefined {
  const any = anyFrom(value);
  if (!any && unknownAny(value)) {
    throw new MalformedOperationError(name, "its response is not a google.protobuf.Any: it has no 'type_url'");
  }
  return any;
}

/** A value with content in no known form. */
function unknownAny(value: unknown): Any | undefined {
  const isEmpty = typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;
  return isEmpty ? undefined : { typeUrl: '', json: value as JsonValue };
}

function statusFrom(value: unknown): Status | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, status, message, details } = asRecord(value);
  return {
    code: readCodeName(status) ?? readCode(code ?? 0) ?? Code.UNKNOWN,
    message: typeof message === 'string' ? message : '',
    details: (Array.isArray(details) ? details : []).flatMap((detail) => {
      const any = anyFrom(detail);
      return any ? [detailFromAny(any)] : [];
    }),
  };
}

/** Reads an Any with `type_url` or `typeUrl` and bytes, as protobuf libraries have it, or one in proto3 JSON form. */
function anyFrom(value: unknown): Any | undefined {
  const { type_url, typeUrl = type_url, value: bytes, json } = asRecord(value);
  if (typeof typeUrl !== 'string') return '@type' in asRecord(value) ? anyFromJson(value) : undefined;
  if (json !== undefined && !bytes) return { typeUrl, json: json as JsonValue };
  return { typeUrl, value: bytesFrom(bytes) };
}

/** Bytes; those that went through JSON are base64, or the JSON form of a Buffer. */
function bytesFrom(bytes: unknown): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return bytes as Uint8Array;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  const { data } = asRecord(bytes);
  if (Array.isArray(data)) return Buffer.from(data as number[]);
  return Buffer.from(typeof bytes === 'string' ? bytes : '', 'base64');
}
