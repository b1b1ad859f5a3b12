import type { JsonValue } from '../any.js';
import type { Operation } from '../operation.js';

/**
 * How far an operation says it is, from 0 to 1: its metadata's `progress` (0 to 1), or `progressPercent`,
 * `progress_percent` or `progressPercentage` (0 to 100). Undefined where it says nothing, or nonsense.
 */
export function progressOf(operation: Operation<unknown, unknown>): number | undefined {
  const metadata = metadataObject(operation);
  if (!metadata) return undefined;
  const percent = ['progressPercent', 'progress_percent', 'progressPercentage'];
  for (const field of percent) {
    const value = numberIn(metadata, field);
    if (value !== undefined) return fraction(value / 100);
  }
  return fraction(numberIn(metadata, 'progress'));
}

/** A number as a fraction; undefined if it is none. */
export function fraction(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
}

/**
 * When an operation says that it began, in milliseconds since 1970: its metadata's `createTime` or `startTime`, as a
 * text, a Timestamp or a Date. Undefined where it says nothing that can be read.
 */
export function startTimeOf(operation: Operation<unknown, unknown>): number | undefined {
  const metadata = metadataObject(operation);
  for (const field of ['createTime', 'create_time', 'startTime', 'start_time']) {
    const timeMs = timeIn(metadata?.[field]);
    if (timeMs !== undefined) return timeMs;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The metadata's fields: of the unpacked message, or of its JSON; a Struct's own fields where it is one. */
function metadataObject({ metadata, raw }: Operation<unknown, unknown>): Fields | undefined {
  const message = isFields(metadata) && !('typeUrl' in metadata) ? metadata : raw.metadata?.json;
  if (!isFields(message)) return undefined;
  const inner = message.fields ?? (raw.metadata?.typeUrl.endsWith('google.protobuf.Struct') && message.value);
  return isFields(inner) ? inner : message;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberIn(metadata: Fields, field: string): number | undefined {
  const given = metadata[field] as JsonValue | { numberValue?: number } | undefined;
  const value = isFields(given) ? given.numberValue : given;
  // 64-bit integers are texts in JSON.
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function timeIn(given: unknown): number | undefined {
  if (given === undefined || given === null) return undefined;
  if (isFields(given) && 'seconds' in given) {
    const timeMs = Number(given.seconds) * 1000 + Number(given.nanos ?? 0) / 1e6;
    return Number.isFinite(timeMs) ? timeMs : undefined;
  }
  const text = isFields(given) ? given.stringValue : given;
  const timeMs = given instanceof Date ? given.getTime() : typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isFinite(timeMs) ? timeMs : undefined;
}
