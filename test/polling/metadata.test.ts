import { fromJson, type JsonObject } from '@bufbuild/protobuf';
import { StructSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, it, jest } from '@jest/globals';
import type { Operation } from '../../src/index.js';
import { readEndTime, readProgress, readStartTime } from '../../src/polling/metadata.js';

const name = 'operations/1';

/** A running operation with decoded metadata, of a type. */
function withMetadata(metadata: unknown, typeUrl: unknown = ''): Operation<unknown, unknown> {
  return { name, done: false, metadata, raw: { name, done: false, metadata: { typeUrl } as never } };
}

describe('readProgress of the caller', () => {
  const metadata = { pages: 3 };

  it.each([
    ['a share of one', 0.5, 0.5],
    ['nothing done', 0, 0],
    ['all done', 1, 1],
    ['more than all', 1.01, NaN],
    ['less than nothing', -0.01, NaN],
    ['a text', '0.5', NaN],
    ['a boolean', true, NaN],
    ['undefined', undefined, NaN],
  ])('returns %s', (_, value, progress) => {
    const reader = jest.fn(() => value as number);
    expect(readProgress(withMetadata(metadata), reader)).toBe(progress);
    expect(reader.mock.calls).toEqual([[metadata]]);
  });

  it('is not called without metadata', () => {
    const reader = jest.fn(() => 0.5);
    expect(readProgress(withMetadata(undefined), reader)).toBe(NaN);
    expect(reader).not.toHaveBeenCalled();
  });
});

describe('a Struct of protobuf-es', () => {
  it.each<[string, JsonObject]>([
    ['fields of its own', { progressPercent: 40, createTime: '1970-01-01T00:00:05Z' }],
    ['nested fields', { genericMetadata: { progressPercent: 40, createTime: '1970-01-01T00:00:05Z' } }],
  ])('has progress and a start time in %s', (_, json) => {
    const operation = withMetadata(fromJson(StructSchema, json), 'type.googleapis.com/google.protobuf.Struct');
    expect(readProgress(operation, undefined)).toBe(0.4);
    expect(readStartTime(operation)).toBe(5000);
  });
});

describe('a time in the metadata', () => {
  it.each([
    ['a Timestamp', { seconds: 5, nanos: 250_000_000 }, 5250],
    ['a Timestamp without nanos', { seconds: 0 }, 0],
    ['a Timestamp whose seconds are a text', { seconds: '7', nanos: 0 }, 7000],
    ['a Date', new Date(1234), 1234],
    ['a text', '1970-01-01T00:00:01.5Z', 1500],
  ])('is read from %s', (_, time, timeMs) => {
    expect(readStartTime(withMetadata({ createTime: time }))).toBe(timeMs);
    expect(readEndTime(withMetadata({ endTime: time }))).toBe(timeMs);
  });

  it.each([
    ['metadata', 'type.googleapis.com/google.example.v1.ExportMetadata', true],
    ['a Struct', 'type.googleapis.com/google.protobuf.Struct', true],
    ['a message without a type', '', true],
    ['a message of a transport that has no types', undefined, true],
    ['a resource', 'type.googleapis.com/google.cloud.run.v2.Service', false],
  ])('that is a start is read from %s: %j, %j', (_, typeUrl, isRead) => {
    const operation = withMetadata({ createTime: { seconds: 5 } });
    Object.assign(operation.raw.metadata!, { typeUrl });
    expect(readStartTime(operation)).toBe(isRead ? 5000 : NaN);
  });
});

describe('progress that is a 64-bit integer of protobufjs', () => {
  /** A Long, as the package `long` has it. */
  class Long {
    readonly high = 0;
    readonly unsigned = false;
    readonly low: number;
    constructor(low: number) {
      this.low = low;
    }
    toNumber = (): number => this.low;
  }

  it.each<[string, unknown, number]>([
    ['a Long', { progressPercent: new Long(42) }, 0.42],
    ['a Long of 0', { progressPercent: new Long(0) }, 0],
    ['a Long that went through JSON', { progressPercent: { low: 7, high: 0, unsigned: true } }, 0.07],
    ['a Long by its name in the proto', { progress_percent: { low: 100, high: 0, unsigned: false } }, 1],
    ['a Long in a nested message', { progress: { progressPercent: new Long(5) } }, 0.05],
    ['a Long out of range', { progressPercent: new Long(101) }, NaN],
    ['a negative Long', { progressPercent: { low: -1, high: -1, unsigned: false } }, NaN],
    ['another object', { progressPercent: { lower: 1 } }, NaN],
    ['an object with a text', { progressPercent: { low: 'abc' } }, NaN],
  ])('is read from %s', (_, metadata, progress) => {
    expect(readProgress(withMetadata(metadata), undefined)).toBe(progress);
  });
});
