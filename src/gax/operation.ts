import type { Any } from '../any.js';
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
  return {
    name: typeof name === 'string' ? name : '',
    done: done === true,
    metadata: anyFrom(metadata),
    response: anyFrom(response),
    error: statusFrom(error),
  };
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

/** Reads an Any with `type_url` and bytes, as protobufjs has it, or one in proto3 JSON form. */
function anyFrom(value: unknown): Any | undefined {
  const { type_url: typeUrl, value: bytes } = asRecord(value);
  if (typeof typeUrl !== 'string') return '@type' in asRecord(value) ? anyFromJson(value) : undefined;
  // Bytes that went through JSON are base64, or the JSON form of a Buffer.
  return {
    typeUrl,
    value: ArrayBuffer.isView(bytes) ? (bytes as Uint8Array) : Buffer.from((bytes as string | null) ?? '', 'base64'),
  };
}
