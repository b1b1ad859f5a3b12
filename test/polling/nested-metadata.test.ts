import { describe, expect, it } from '@jest/globals';
import { anyInfo, toOperation } from '../../src/operation.js';
import { readProgress, readStartTime } from '../../src/polling/metadata.js';

const typeUrl = 'type.googleapis.com/google.example.v1.ExportMetadata';

/** An operation over REST with these metadata, decoded or not. */
function operation(json: object, isDecoded: boolean) {
  const state = toOperation({ name: 'operations/1', done: false, metadata: { typeUrl, json } as never }, anyInfo);
  return isDecoded ? { ...state, metadata: json } : state;
}

const asStruct = (fields: Record<string, object>): object => ({ fields });

describe.each([false, true])('metadata within metadata (decoded: %s)', (isDecoded) => {
  it.each([
    [{ progress: { progressPercent: 25 } }],
    [{ progress: { progress_percent: '25' } }],
    [{ genericMetadata: { progressPercentage: 25 } }],
    [asStruct({ progress: { structValue: { fields: { progressPercent: { numberValue: 25 } } } } })],
  ])('has the progress: %j', (json) => {
    expect(readProgress(operation(json, isDecoded || 'fields' in json), undefined)).toBe(0.25);
  });

  it.each([
    [{ genericMetadata: { createTime: '2026-01-01T00:00:00Z' } }],
    [{ generic_metadata: { create_time: { seconds: 1_767_225_600 } } }],
    [{ commonMetadata: { createTime: '2026-01-01T00:00:00Z' } }],
    [{ progress: { startTime: '2026-01-01T00:00:00Z' } }],
  ])('has the start time: %j', (json) => {
    expect(readStartTime(operation(json, isDecoded))).toBe(Date.UTC(2026, 0, 1));
  });

  it('counts less than the metadata themselves', () => {
    expect(
      readProgress(operation({ progressPercent: 50, progress: { progressPercent: 25 } }, isDecoded), undefined),
    ).toBe(0.5);
  });
});
