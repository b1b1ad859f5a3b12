import type { JsonValue } from '../any.js';
import { bytesFromBase64 } from '../wire/base64.js';

/** Throws the TypeError for JSON of the wrong type. The message shows at most 60 characters of the JSON. */
export function throwTypeMismatch(expected: string, json: unknown): never {
  const text = JSON.stringify(json);
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new TypeError(`${shown} is not ${expected}`);
}

/** An integer of 32 or 64 bits: a number, or a string of digits. */
export function integerFromJson(json: JsonValue, bits: 32 | 64, signed: boolean): bigint {
  const text = typeof json === 'number' || typeof json === 'string' ? String(json) : '';
  const integer = /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (integer !== undefined && integer === truncate(integer, bits, signed)) return integer;
  return throwTypeMismatch(`a ${signed ? '' : 'u'}int${bits}`, json);
}

function truncate(integer: bigint, bits: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(bits, integer) : BigInt.asUintN(bits, integer);
}

/** A floating-point number: a number, a string of one, or `'NaN'`, `'Infinity'` or `'-Infinity'`. */
export function numberFromJson(json: JsonValue): number {
  if (typeof json === 'number') return json;
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  const number = typeof json === 'string' && /^-?[\d.]+(e[-+]?\d+)?$/i.test(json) ? Number(json) : NaN;
  return Number.isNaN(number) ? throwTypeMismatch('a number', json) : number;
}

/** `true` or `false`. */
export function booleanFromJson(json: JsonValue): boolean {
  return typeof json === 'boolean' ? json : throwTypeMismatch('a bool', json);
}

/** A string. */
export function stringFromJson(json: JsonValue): string {
  return typeof json === 'string' ? json : throwTypeMismatch('a string', json);
}

/** Bytes, in standard or URL-safe base64. */
export function bytesFromJson(json: JsonValue): Uint8Array {
  const bytes = typeof json === 'string' ? bytesFromBase64(json) : undefined;
  return bytes ?? throwTypeMismatch('base64', json);
}

/** Bytes in proto3 JSON: standard base64. */
export function bytesToJson(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** A floating-point number in proto3 JSON: a string if it is not finite. */
export function numberToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
