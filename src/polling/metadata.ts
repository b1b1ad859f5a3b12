import type { Operation } from '../operation.js';

/** Reads the value of a field; NaN if it cannot. */
type NumberReader = (value: unknown) => number;

type Fields = Readonly<Record<string, unknown>> | undefined;

/**
 * The first of such fields of an operation's metadata that can be read, in the message, in its JSON, or in either as a
 * Struct; NaN where there is none.
 */
export function readFirstNumber(
  { metadata, raw }: Operation<unknown, unknown>,
  readers: Readonly<Record<string, NumberReader>>,
): number {
  const json = raw.metadata?.json as Fields;
  try {
    for (const fields of [metadata, (metadata as Fields)?.fields, json, json?.value] as Fields[]) {
      if (!fields) continue;
      for (const name in readers) {
        const field = fields[name] as Fields;
        // As it is, or out of a `google.protobuf.Value`.
        const value = (readers[name] as NumberReader)(field?.numberValue ?? field?.stringValue ?? field);
        if (value >= 0) return value;
      }
    }
  } catch {
    // An object from outside may have a `toString` that is no function. No such figure is worth a wait.
  }
  return NaN;
}

function numberOf(value: unknown): number {
  // 64-bit integers are texts in JSON.
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN;
}

function percentOf(value: unknown): number {
  return numberOf(value) / 100;
}

function timeOf(value: unknown): number {
  if (typeof value === 'string') return Date.parse(value);
  if (value instanceof Date) return Number(value);
  return Number((value as Fields)?.seconds) * 1000 + Number((value as Fields)?.nanos ?? 0) / 1e6;
}

/**
 * How far an operation says it is, from 0 to 1; NaN where it says nothing, or nonsense.
 *
 * @param progress - reads it out of the metadata in place of the built-in way.
 */
export function readProgress(
  operation: Operation<unknown, unknown>,
  progress: ((metadata: never) => number | undefined) | undefined,
): number {
  try {
    const value: unknown = !progress
      ? readFirstNumber(operation, progressFields)
      : operation.metadata !== undefined && progress(operation.metadata as never);
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  } catch {
    // No mistake about a progress figure is worth a wait of two hours.
  }
  return NaN;
}

const progressFields = {
  progressPercent: percentOf,
  progress_percent: percentOf,
  progressPercentage: percentOf,
  progress_percentage: percentOf,
  progress: numberOf,
};

/** When an operation says that it began, in milliseconds since 1970: a text, a Timestamp or a Date. */
export const startTimeFields = { createTime: timeOf, create_time: timeOf, startTime: timeOf, start_time: timeOf };
