/** The range of `google.protobuf.Duration`: ±10,000 years, in nanoseconds. */
const maxDurationNanos = 315_576_000_000n * 1_000_000_000n;

/**
 * Nanoseconds from a proto3 JSON duration such as `'2.463586755s'`; undefined for what is none.
 *
 * @see `google/protobuf/duration.proto`
 */
export function nanosFromJson(text: unknown): bigint | undefined {
  const match = typeof text === 'string' ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) : null;
  if (match === null) return undefined;
  const [, sign = '', seconds = '', fraction = ''] = match;
  const nanos = BigInt(sign + seconds + fraction.padEnd(9, '0'));
  return nanos >= -maxDurationNanos && nanos <= maxDurationNanos ? nanos : undefined;
}

/** A proto3 JSON duration with 0, 3, 6 or 9 digits after the point. */
export function nanosToJson(nanos: bigint): string {
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/(000){1,3}$/, '');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** Nanoseconds from milliseconds, brought into the range of a Duration; NaN is 0. */
export function nanosFromMs(ms: number): bigint {
  const most = Number(maxDurationNanos / 1_000_000n);
  const inRange = Math.max(-most, Math.min(most, ms)) || 0;
  const whole = Math.trunc(inRange); // whole milliseconds are exact, which ms × 10^6 would not be
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((inRange - whole) * 1e6));
}

/** Milliseconds, to the nanosecond, from nanoseconds. */
export function msFromNanos(nanos: bigint): number {
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
}

/** Milliseconds, to the nanosecond, from a proto3 JSON duration such as `'53s'`; undefined for what is none. */
export function durationFromJson(text: unknown): number | undefined {
  const nanos = nanosFromJson(text);
  return nanos === undefined ? undefined : msFromNanos(nanos);
}

/** Milliseconds as a proto3 JSON duration: 1500 is `'1.500s'`. What is out of the range of a Duration is brought into it. */
export function durationToJson(ms: number): string {
  return nanosToJson(nanosFromMs(ms));
}
