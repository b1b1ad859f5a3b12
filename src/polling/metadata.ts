import type { Operation } from '../operation.js';

/**
 * How far an operation says it is, from 0 to 1: its metadata's `progress` (0 to 1), or `progressPercent`,
 * `progress_percent` or `progressPercentage` (0 to 100). Undefined where it says nothing, or nonsense.
 */
export function progressOf(operation: Operation<unknown, unknown>): number | undefined {
  const percent = find(operation, /^progress_?percent(age)?$/i, numberOf);
  return fraction(percent === undefined ? find(operation, /^progress$/, numberOf) : percent / 100);
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
  return find(operation, /^(create|start)_?time$/i, timeOf);
}

/** The first of the metadata's fields that has such a name and can be read. */
function find(
  operation: Operation<unknown, unknown>,
  name: RegExp,
  read: (value: unknown) => number,
): number | undefined {
  const metadata = fieldsOf(operation);
  // With those that a message of protobufjs has from its class: they are its default values.
  for (const field in metadata) {
    const value = name.test(field) ? read(metadata[field]) : NaN;
    if (Number.isFinite(value)) return value;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The metadata's fields: of the unpacked message, or of its JSON; a Struct's own fields where it is one. */
function fieldsOf({ metadata, raw }: Operation<unknown, unknown>): Fields | undefined {
  const message = isFields(metadata) && !('typeUrl' in metadata) ? metadata : raw.metadata?.json;
  if (!isFields(message)) return undefined;
  const inner = message.fields ?? (raw.metadata?.typeUrl.endsWith('google.protobuf.Struct') && message.value);
  return isFields(inner) ? inner : message;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it is, or out of a `google.protobuf.Value`. */
function plain(value: unknown): unknown {
  return isFields(value) ? (value.numberValue ?? value.stringValue) : value;
}

/** NaN if it is none. */
function numberOf(given: unknown): number {
  const value = plain(given);
  // 64-bit integers are texts in JSON.
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN;
}

/** NaN if it is none. */
function timeOf(given: unknown): number {
  if (given instanceof Date) return given.getTime();
  if (isFields(given) && 'seconds' in given) return Number(given.seconds) * 1000 + Number(given.nanos ?? 0) / 1e6;
  const value = plain(given);
  return typeof value === 'string' ? Date.parse(value) : NaN;
}
