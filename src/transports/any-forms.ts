import type { Any, JsonValue } from '../any.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { anyFromJson } from '../wire/json.js';
import { asRecord } from './as-record.js';

/**
 * Reads an Any with `type_url` or `typeUrl` and bytes, as protobuf libraries have it, or one in proto3 JSON form; undefined
 * if it is neither.
 */
export function anyFrom(value: unknown): Any | undefined {
  const { type_url, typeUrl = type_url, value: given, json } = asRecord(value);
  if (typeof typeUrl !== 'string') return '@type' in asRecord(value) ? anyFromJson(value) : undefined;
  const content = json === undefined ? {} : { json: json as JsonValue };
  if (json !== undefined && !given) return { typeUrl, ...content };
  const bytes = bytesFrom(given ?? '');
  return bytes && { typeUrl, value: bytes, ...content };
}

/** Bytes; those that went through JSON are base64, or the JSON form of a Buffer or of a Uint8Array. Undefined for others. */
function bytesFrom(bytes: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(bytes)) return bytes as Uint8Array;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  if (typeof bytes === 'string') return bytesFromBase64(bytes);
  if (typeof bytes !== 'object' || bytes === null) return undefined;
  const { data } = asRecord(bytes);
  const items: unknown[] = Array.isArray(data) ? data : Object.values(bytes);
  return items.every((item) => typeof item === 'number') ? Uint8Array.from(items) : undefined;
}
