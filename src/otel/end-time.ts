import type { Operation } from '../operation.js';

type Fields = Readonly<Record<string, unknown>> | undefined;

/** When an operation ended, by its metadata, in milliseconds since 1970; NaN if they do not say it. */
export function readEndTime({ metadata, raw }: Operation<unknown, unknown>): number {
  const json = raw.metadata?.json as Fields;
  for (const message of [metadata, json, json?.value] as Fields[]) {
    const ms = timeOf(message?.endTime ?? message?.end_time);
    if (!Number.isNaN(ms)) return ms;
  }
  return NaN;
}

/** A time as a string, a Date or a Timestamp. */
function timeOf(value: unknown): number {
  if (typeof value === 'string') return Date.parse(value);
  if (value instanceof Date) return Number(value);
  const { seconds, nanos = 0 } = (value ?? {}) as { seconds?: unknown; nanos?: unknown };
  return Number(seconds) * 1000 + Number(nanos) / 1e6;
}
