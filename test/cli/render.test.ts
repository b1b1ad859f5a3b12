import { describe, expect, it } from '@jest/globals';
import { exitCodeOf, exitCodeOfSignal, type OutcomeKind } from '../../src/cli/outcome.js';
import { printable } from '../../src/cli/printable.js';
import { changeKey, endLine, frame, logLine, wrappedRows } from '../../src/cli/render.js';
import type { Row } from '../../src/cli/row.js';
import { character } from '../support/arbitraries.js';
import { fc } from '../support/fast-check.js';

const nowMs = 1_700_000_000_000;
const row = (changes: Partial<Row> = {}): Row => ({
  name: 'operations/1',
  state: 'running',
  isSeen: true,
  progress: NaN,
  startedAtMs: nowMs - 185_000,
  endedAtMs: undefined,
  predictedEndMs: NaN,
  problem: '',
  ...changes,
});
const screen = { columns: 80, rows: 24, hasColor: false };
const anyRow = fc.record({
  name: fc.string({ minLength: 1, maxLength: 200 }),
  state: fc.constantFrom<Row['state']>('waiting', 'running', 'response', 'failed', 'cancelled', 'timeout'),
  isSeen: fc.boolean(),
  progress: fc.oneof(fc.constant(NaN), fc.double({ min: 0, max: 1, noNaN: true })),
  startedAtMs: fc.integer({ min: 0, max: nowMs }),
  endedAtMs: fc.constant(nowMs),
  predictedEndMs: fc.oneof(fc.constant(NaN), fc.integer({ min: 0, max: 2 * nowMs })),
  problem: fc.string(),
});

describe('frame()', () => {
  it('shows a spinner and the age where there is no progress', () => {
    expect(frame([row()], nowMs, 0, screen)).toBe('⠋ operations/1  running  3 min 05 s');
  });

  it('shows a bar, the age and an estimate where there is progress', () => {
    expect(frame([row({ progress: 0.42, predictedEndMs: nowMs + 240_000 })], nowMs, 1, screen)).toBe(
      '⠙ operations/1  ████████░░░░░░░░░░░░  42 %  3 min 05 s  about 4 min 00 s left',
    );
  });

  it('shows the end of a name that is too long', () => {
    const name = `projects/${'p'.repeat(100)}/operations/1`;
    expect(frame([row({ name })], nowMs, 0, { ...screen, columns: 60 })).toMatch(
      /^⠋ …p+\/operations\/1 {2}running {2}3 min 05 s$/,
    );
  });

  it('says how many of several are done', () => {
    const rows = [row(), row({ state: 'response' }), row({ state: 'failed' }), row({ state: 'timeout' })];
    expect(frame(rows, nowMs, 0, screen).split('\n').at(-1)).toBe('3 of 4 done, 1 failed, 1 unknown, 1 running');
  });

  it('fits into every terminal', () => {
    const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 60 }), size, (rows, { columns, rows: height }) => {
        const lines = frame(rows, nowMs, 3, { columns, rows: height, hasColor: false }).split('\n');
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, height - 1));
        // The spinner and its space are always there.
        for (const line of lines) expect(line.length).toBeLessThan(Math.max(4, columns));
      }),
    );
  });

  it('has no color without color', () => {
    expect(frame([row()], nowMs, 0, { ...screen, hasColor: true })).toContain('\x1b[36m⠋\x1b[39m');
    expect(frame([row()], nowMs, 0, screen)).not.toContain('\x1b');
  });
});

describe('lines', () => {
  it('never contain control characters of a service', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        const line = logLine(row({ name: text, state: 'failed', problem: printable(text) }));
        // eslint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]/);
      }),
    );
  });

  it('have a symbol at the end of a wait in a terminal', () => {
    const ended = { endedAtMs: nowMs };
    expect(endLine(row({ ...ended, state: 'response' }), screen)).toBe('✔ operations/1 succeeded after 3 min 05 s');
    expect(endLine(row({ ...ended, state: 'failed', problem: 'INTERNAL' }), screen)).toBe(
      '✖ operations/1 failed after 3 min 05 s: INTERNAL',
    );
  });

  it('have the reason of a failure, and the message of a cancellation if there is one', () => {
    const ended = { endedAtMs: nowMs };
    expect(logLine(row({ ...ended, state: 'cancelled', problem: 'by an admin' }))).toMatch(/: by an admin$/);
    expect(logLine(row({ ...ended, state: 'cancelled' }))).toMatch(/cancelled after 3 min 05 s$/);
  });

  it('have what is known at the end of the time', () => {
    const timeout = row({ state: 'timeout', endedAtMs: nowMs });
    expect(logLine(timeout)).toBe('operations/1: still running after 3 min 05 s: stopped waiting');
    expect(logLine({ ...timeout, isSeen: false, problem: 'UNAVAILABLE: down' })).toBe(
      'operations/1: no response after 3 min 05 s: stopped waiting; the last request failed: UNAVAILABLE: down',
    );
  });

  it('are repeated only if something other than the time has changed', () => {
    expect(changeKey(row({ startedAtMs: 0 }))).toBe(changeKey(row()));
    expect(changeKey(row({ progress: 0.421 }))).toBe(changeKey(row({ progress: 0.429 })));
    expect(changeKey(row({ progress: 0.43 }))).not.toBe(changeKey(row({ progress: 0.42 })));
    expect(changeKey(row({ state: 'waiting' }))).toBe('');
  });

  it('take more rows in a narrow terminal', () => {
    expect(wrappedRows('\x1b[36m12345\x1b[39m\n\n123456', 5)).toBe(1 + 1 + 2);
  });
});

describe('exitCodeOf()', () => {
  it.each<[number, 'all' | 'any', OutcomeKind[]]>([
    [0, 'all', ['response', 'response']],
    [1, 'all', ['response', 'failed', 'request-failed', 'cancelled', 'timeout']],
    [3, 'all', ['response', 'request-failed', 'cancelled', 'timeout']],
    [4, 'all', ['response', 'cancelled', 'timeout']],
    [124, 'all', ['response', 'timeout']],
    [0, 'any', ['failed', 'response']],
    [124, 'any', ['failed', 'timeout', 'request-failed']],
    [3, 'any', ['failed', 'request-failed']],
    [1, 'any', ['cancelled', 'failed']],
    [4, 'any', ['cancelled']],
  ])('is %d with --%s for %j', (code, mode, outcomes) => {
    expect(exitCodeOf(outcomes, mode)).toBe(code);
  });

  it('is 128 and the number of a signal', () => {
    expect((['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map(exitCodeOfSignal)).toEqual([129, 130, 143]);
  });
});
