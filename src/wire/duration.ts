import { varintTag, Writer, type Reader } from './protobuf.js';

// google.protobuf.Duration as nanoseconds, as milliseconds, as JSON and as bytes.

const nanosPerSecond = 1_000_000_000n;
const nanosPerMs = 1_000_000n;

/** The range of a Duration: ±10,000 years. */
const maxDurationNanos = 315_576_000_000n * nanosPerSecond;
const maxDurationMs = Number(maxDurationNanos / nanosPerMs);

/**
 * Nanoseconds from a proto3 JSON duration such as `'2.463586755s'`; undefined for any other value.
 *
 * @see `google/protobuf/duration.proto`
 */
export function nanosFromJson(json: unknown): bigint | undefined {
  const match = typeof json === 'string' ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(json) : null;
  if (match === null) return undefined;
  const [, sign = '', seconds = '', fraction = ''] = match;
  const nanos = BigInt(sign + seconds + fraction.padEnd(9, '0'));
  return nanos >= -maxDurationNanos && nanos <= maxDurationNanos ? nanos : undefined;
}

/** A proto3 JSON duration with 0, 3, 6 or 9 fractional digits. */
export function nanosToJson(nanos: bigint): string {
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/(000){1,3}$/, '');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** Nanoseconds from milliseconds, clamped to the range of a Duration; 0 for NaN. */
export function nanosFromMs(ms: number): bigint {
  const clampedMs = Math.max(-maxDurationMs, Math.min(maxDurationMs, ms)) || 0;
  const wholeMs = Math.trunc(clampedMs); // converted apart from the fraction: ms × 10^6 would not be exact
  return BigInt(wholeMs) * nanosPerMs + BigInt(Math.round((clampedMs - wholeMs) * 1e6));
}

/** Milliseconds from nanoseconds, with a fraction. */
export function msFromNanos(nanos: bigint): number {
  return Number(nanos / nanosPerMs) + Number(nanos % nanosPerMs) / 1e6;
}

/** Milliseconds from a proto3 JSON duration such as `'53s'`; undefined for any other value. */
export function durationFromJson(json: unknown): number | undefined {
  const nanos = nanosFromJson(json);
  return nanos === undefined ? undefined : msFromNanos(nanos);
}

/** Milliseconds as a proto3 JSON duration, clamped to the range of a Duration: 1500 is `'1.500s'`. */
export function durationToJson(ms: number): string {
  return nanosToJson(nanosFromMs(ms));
}

/** Decodes the fields of a Duration, to nanoseconds. */
export function readDuration(reader: Reader): bigint {
  let seconds = 0n;
  let nanos = 0n;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === varintTag(1)) seconds = reader.int64();
    else if (tag === varintTag(2)) nanos = BigInt(reader.int32());
    else reader.skip(tag);
  }
  return seconds * nanosPerSecond + nanos;
}

/** Encodes a Duration from nanoseconds. */
export function writeDuration(nanos: bigint): Writer {
  return new Writer().varint(1, nanos / nanosPerSecond).varint(2, nanos % nanosPerSecond);
}
