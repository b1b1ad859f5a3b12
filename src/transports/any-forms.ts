import type { Any, JsonValue } from '../any.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { anyFromJson } from '../wire/json.js';
import { asRecord } from './as-record.js';

/**
 * Reads an Any with `type_url` or `typeUrl` and bytes, as protobuf libraries have it, or one in proto3 JSON form; undefined
 * if it is neither.
 */
export function anyFrom(value: unknown): Any | undefined {
  const { type_url, typeUrl = type_url, value: bytes, json } = asRecord(value);
  if (typeof typeUrl !== 'string') return '@type' in asRecord(value) ? anyFromJson(value) : undefined;
  const content = json === undefined ? {} : { json: json as JsonValue };
  return json !== undefined && !bytes ? { typeUrl, ...content } : { typeUrl, value: bytesFrom(bytes), ...content };
}

/** Bytes; those that went through JSON are base64, or the JSON form of a Buffer. */
function bytesFrom(bytes: unknown): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return bytes as Uint8Array;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  const { data } = asRecord(bytes);
  if (Array.isArray(data)) return Uint8Array.from(data as number[]);
  return (typeof bytes === 'string' ? bytesFromBase64(bytes) : undefined) ?? new Uint8Array();
}
