import { ignoreRejection } from '../arguments.js';
import type { Operation } from '../operation.js';

/** Converts the value of a field; NaN if it is not readable. */
type NumberReader = (value: unknown) => number;

type Fields = Readonly<Record<string, unknown>> | undefined;

type Readers = Readonly<Record<string, NumberReader>>;

/**
 * The first readable one of some fields of an operation's metadata: in the message, in its JSON, or in either as a Struct; of
 * each, in the message itself, then in those that services nest in it. NaN if there is none.
 */
function readFirstNumber({ metadata, raw }: Operation<unknown, unknown>, readers: Readers): number {
  try {
    const json = raw.metadata?.json as Fields;
    for (const message of [metadata, (metadata as Fields)?.fields, json, json?.value] as Fields[]) {
      for (const part of [message, ...nestedFields.map((name) => message?.[name] as Fields)]) {
        const struct = (part?.structValue ?? kindValue(part)) as Fields;
        const value = readFrom((struct?.fields ?? part) as Fields, readers);
        if (value >= 0) return value;
      }
    }
  } catch {
    // A foreign object may throw on conversion. Metadata must not fail the wait.
  }
  return NaN;
}

// As in Spanner, Vertex AI and Dataplex.
const nestedFields = ['progress', 'genericMetadata', 'generic_metadata', 'commonMetadata', 'common_metadata'];

/** The first readable one of some fields of a message, each plain, a Long or in a `google.protobuf.Value`. */
function readFrom(message: Fields, readers: Readers): number {
  for (const name in readers) {
    const field = message?.[name] as Fields;
    const value = field?.numberValue ?? field?.stringValue ?? field?.low ?? kindValue(field) ?? field;
    const number = (readers[name] as NumberReader)(value);
    if (number >= 0) return number;
  }
  return NaN;
}

/** What a `google.protobuf.Value` of protobuf-es holds. */
const kindValue = (value: Fields): unknown => (value?.kind as Fields)?.value;

function numberOf(value: unknown): number {
  // 64-bit integers are strings in JSON.
  return typeof value === 'string' && value ? Number(value) : typeof value === 'number' ? value : NaN;
}

function percentOf(value: unknown): number {
  return numberOf(value) / 100;
}

function timeOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Date) return Number(new Date(value));
  return Number((value as Fields)?.seconds) * 1000 + Number((value as Fields)?.nanos ?? 0) / 1e6;
}

/**
 * The progress of an operation, from 0 to 1, by its metadata; NaN if there is none or it is out of range.
 *
 * @param progress - reads it from the metadata, in place of the built-in fields.
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
    if (progress) ignoreRejection(value);
  } catch {
    // A broken progress reader must not fail the wait.
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

/**
 * When an operation started, by its metadata, in milliseconds since 1970: from a string, a Timestamp or a Date. NaN if they
 * do not say it.
 *
 * The `createTime` of another message is that of a resource: Cloud Run's metadata are the service itself.
 */
export function readStartTime(operation: Operation<unknown, unknown>): number {
  const typeUrl: unknown = operation.raw.metadata?.typeUrl;
  const isBelieved = typeof typeUrl !== 'string' || startTimeTypes.test(typeUrl);
  return isBelieved ? readFirstNumber(operation, startTimeFields) : NaN;
}

// A name that ends in Metadata or MetadataV1Beta1, or none: a Struct has no name of its own.
const startTimeTypes = /^$|(?:metadata(?:v\d\w*)?|\.protobuf\.Struct)$/i;

/** When an operation ended, by its metadata, in milliseconds since 1970. NaN if they do not say it. */
export function readEndTime(operation: Operation<unknown, unknown>): number {
  return readFirstNumber(operation, endTimeFields);
}

const endTimeFields = { endTime: timeOf, end_time: timeOf };
const startTimeFields = { createTime: timeOf, create_time: timeOf, startTime: timeOf, start_time: timeOf };
