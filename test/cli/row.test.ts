import { describe, expect, it } from '@jest/globals';
import type { JsonOperation } from '../../src/cli/output.js';
import { RowTracker } from '../../src/cli/row.js';
import { jsonInfo } from '../../src/cli/types.js';
import { Code, type PollingEvent, type RawOperation } from '../../src/index.js';
import { requestError } from '../../src/errors.js';
import { toOperation } from '../../src/operation.js';

const name = 'operations/1';
const read = (raw: Partial<RawOperation>): JsonOperation => toOperation({ name, done: false, ...raw }, jsonInfo());
const unavailable = requestError({ method: 'GetOperation', name }, Code.UNAVAILABLE, 'down');
const retry: PollingEvent = { type: 'retry', name, error: unavailable, attempt: 1, delayMs: 500 };
const poll: PollingEvent = { type: 'poll', name, done: false, tookMs: 1, ageMs: 1, placedBy: 'age' };

describe('the row of an operation', () => {
  it('says that a request is sent again, until there is a response', () => {
    const tracker = new RowTracker(name, 1000);
    expect(tracker.rowAt(1000)).toMatchObject({ state: 'waiting', problem: '' });
    tracker.onEvent(retry);
    expect(tracker.rowAt(2000).problem).toBe('retrying after UNAVAILABLE');
    tracker.onEvent(poll);
    expect(tracker.rowAt(3000).problem).toBe('');
  });

  it('has the progress, and when the operation will end', () => {
    const tracker = new RowTracker(name, 0, () => ({ remainingMs: 7000, lowMs: 0, highMs: 9000 }));
    expect(tracker.rowAt(1000).predictedEndMs).toBe(8000);
    const progress = (progressPercent: number): JsonOperation =>
      read({ metadata: { typeUrl: '', json: { progressPercent } } });
    tracker.onState(progress(10), 1000);
    tracker.onState(progress(20), 2000);
    expect(tracker.rowAt(2000)).toMatchObject({ state: 'running', progress: 0.2, predictedEndMs: 10_000 });
  });

  it('has how the operation ended, and why it did not succeed', () => {
    const rowAfter = (raw: Partial<RawOperation>): object => {
      const tracker = new RowTracker(name, 0);
      tracker.onState(read({ done: true, ...raw }), 5000);
      return tracker.rowAt(5000);
    };
    const failed = { code: Code.NOT_FOUND, message: 'no book', details: [] };
    expect(rowAfter({})).toMatchObject({ state: 'response', endedAtMs: 5000, problem: '' });
    expect(rowAfter({ error: failed })).toMatchObject({ state: 'failed', problem: 'NOT_FOUND: no book' });
    const cancelled = { code: Code.CANCELLED, message: 'by a user', details: [] };
    expect(rowAfter({ error: cancelled })).toMatchObject({ state: 'cancelled', problem: 'by a user' });
  });

  it('has why a wait ended without an outcome', () => {
    const tracker = new RowTracker(name, 0);
    tracker.onError('request-failed', unavailable, 5000);
    expect(tracker.rowAt(5000)).toMatchObject({ state: 'request-failed', problem: 'UNAVAILABLE: down' });
    tracker.onError('timeout', new Error('late'), 6000);
    expect(tracker.rowAt(6000)).toMatchObject({ state: 'timeout', isSeen: false, endedAtMs: 6000, problem: '' });
    tracker.onState(read({}), 7000);
    tracker.onError('timeout', new Error('late', { cause: unavailable }), 8000);
    expect(tracker.rowAt(8000)).toMatchObject({ state: 'timeout', isSeen: true, problem: 'UNAVAILABLE: down' });
  });
});
