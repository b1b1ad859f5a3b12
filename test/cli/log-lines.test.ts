import { describe, expect, it } from '@jest/globals';
import { logLine } from '../../src/cli/render.js';
import type { Row } from '../../src/cli/row.js';

const row: Row = {
  name: 'operations/1',
  state: 'running',
  isSeen: true,
  progress: NaN,
  startedAtMs: 0,
  endedAtMs: undefined,
  predictedEndMs: NaN,
  problem: '',
};
const ended = { endedAtMs: 5000, problem: 'NOT_FOUND: no such operation' } as const;

describe('a line of a log', () => {
  it.each<[Partial<Row>, string]>([
    [{ state: 'waiting' }, 'waiting'],
    [{ state: 'running' }, 'running'],
    [{ progress: 0.42 }, '42 %'],
    [{ progress: 0.42, problem: 'retrying' }, '42 %, retrying'],
    [{ state: 'response', endedAtMs: 5000 }, 'succeeded after 5 s'],
    [{ state: 'failed', ...ended }, 'failed after 5 s: NOT_FOUND: no such operation'],
    [{ state: 'cancelled', endedAtMs: 5000 }, 'cancelled after 5 s'],
    [{ state: 'cancelled', endedAtMs: 5000, problem: 'by a user' }, 'cancelled after 5 s: by a user'],
    [{ state: 'timeout', endedAtMs: 5000 }, 'still running after 5 s: stopped waiting'],
    [{ state: 'request-failed', ...ended }, 'request failed: NOT_FOUND: no such operation'],
  ])('about %j says what happened', (changes, text) => {
    expect(logLine({ ...row, ...changes })).toBe(`operations/1: ${text}`);
  });
});
