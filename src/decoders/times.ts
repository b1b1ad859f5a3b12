import type { JsonValue } from '../any.js';
import { nanosFromJson, nanosToJson } from '../wire/duration.js';
import { throwTypeMismatch } from './scalars.js';

export const nanosPerSecond = 1_000_000_000n;
const firstSecond = -62_135_596_800n; // of the year 1
const lastSecond = 253_402_300_799n; // of the year 9999

/**
 * Nanoseconds since 1970 from a Timestamp's JSON: RFC 3339 with any offset.
 *
 * @see `google/protobuf/timestamp.proto`
 */
export function timestampFromJson(json: JsonValue): bigint {
  const match =
    typeof json === 'string'
      ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(json)
      : undefined;
  const [, time = '', fraction = '', offset = ''] = match ?? [];
  const ms = Date.parse(time + offset);
  if (Number.isNaN(ms)) return throwTypeMismatch('a Timestamp', json);
  return checkRange(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

/** A Timestamp's JSON from nanoseconds since 1970: in UTC, with 0, 3, 6 or 9 fractional digits. */
export function timestampToJson(nanos: bigint): string {
  const fraction = ((checkRange(nanos) % nanosPerSecond) + nanosPerSecond) % nanosPerSecond;
  const time = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return `${time}${nanosToJson(fraction).slice(1, -1)}Z`;
}

/** @throws TypeError if the time is outside of the years 1 to 9999. */
function checkRange(nanos: bigint): bigint {
  const isInRange = nanos >= firstSecond * nanosPerSecond && nanos < (lastSecond + 1n) * nanosPerSecond;
  return isInRange ? nanos : throwTypeMismatch('a Timestamp of the years 1 to 9999', `${String(nanos)} ns`);
}

/** Nanoseconds from a Duration's JSON, such as `'1.500s'`. */
export function durationNanosFromJson(json: JsonValue): bigint {
  return nanosFromJson(json) ?? throwTypeMismatch('a Duration', json);
}

/** A Duration's JSON from nanoseconds, with 0, 3, 6 or 9 fractional digits. */
export function durationNanosToJson(nanos: bigint): string {
  const json = nanosToJson(nanos);
  durationNanosFromJson(json); // throws if it is out of range
  return json;
}
