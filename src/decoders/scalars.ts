import type { JsonValue } from '../any.js';
import { bytesFromBase64 } from '../wire/base64.js';

/** @throws TypeError that shows the JSON, cut where it is long, and says what it is not. */
export function throwTypeMismatch(what: string, json: unknown): never {
  const text = JSON.stringify(json);
  throw new TypeError(`${text.length > 60 ? `${text.slice(0, 60)}…` : text} is not ${what}`);
}

/** An integer of 32 or 64 bits: a number, or a text of digits. */
export function integerFromJson(json: JsonValue, bits: 32 | 64, signed: boolean): bigint {
  const text = typeof json === 'number' || typeof json === 'string' ? String(json) : '';
  const integer = /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  const fits = integer !== undefined && (signed ? BigInt.asIntN(bits, integer) : BigInt.asUintN(bits, integer));
  return fits === integer ? integer : throwTypeMismatch(`a ${signed ? '' : 'u'}int${bits}`, json);
}

/** A floating-point number: a number, the text of one, or one of the three that JSON have none for. */
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

/** A text. */
export function stringFromJson(json: JsonValue): string {
  return typeof json === 'string' ? json : throwTypeMismatch('a string', json);
}

/** Bytes, in base64 of either alphabet. */
export function bytesFromJson(json: JsonValue): Uint8Array {
  return (typeof json === 'string' ? bytesFromBase64(json) : undefined) ?? throwTypeMismatch('base64', json);
}

/** Bytes as proto3 JSON have them: standard base64. */
export function bytesToJson(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** A number as proto3 JSON have it. */
export function numberToJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
