// `--history` through the real program: what a file of past durations does, and what may be wrong with it.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RowTracker } from '../../../src/cli/row.js';
import { durationHistory, type SavedHistory } from '../../../src/history/index.js';
import { OperationsEmulator } from '../../../src/testing/index.js';
import { endPrograms, run, start } from '../../support/cli.js';
import { hasTmux, Terminal } from '../../support/tmux.js';

let emulator: OperationsEmulator;
let folder: string;
let history: string;
let connection: string[];

beforeEach(async () => {
  emulator = new OperationsEmulator();
  folder = mkdtempSync(join(tmpdir(), 'longrunning-cli-'));
  history = join(folder, 'history.json');
  connection = ['--endpoint', `127.0.0.1:${await emulator.listenHttp()}`, '--insecure', '--history', history];
});
afterEach(async () => {
  endPrograms();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const saved = (): SavedHistory => JSON.parse(readFileSync(history, 'utf8')) as SavedHistory;
const endsIn = ({ kinds }: SavedHistory): number => kinds.reduce((sum, { ends }) => sum + ends.length, 0);
/** Twenty operations that took five minutes. */
const known = (kind: string): SavedHistory => ({
  version: 1,
  kinds: [{ kind, ends: Array.from({ length: 20 }, (_, i) => [1_700_000_000_000 + i, 299_000, 300_000] as const) }],
});

/** Waits for an operation that is running at the first poll, and done at a later one. */
async function waitOnce(
  name: string,
  options: readonly string[] = [],
): Promise<{ stderr: string; exitCode: number | null }> {
  emulator.start({ name, durationMs: Infinity });
  const program = start(['wait', name, ...connection, '--poll-every', '20ms', ...options]);
  await program.printed(`${name}: running`);
  emulator.complete(name);
  const exitCode = await program.exited;
  return { stderr: program.stderr, exitCode };
}

describe('longrunning wait --history', () => {
  it('makes the file, and adds the end of each wait to it', async () => {
    expect((await waitOnce('operations/1')).exitCode).toBe(0);
    expect(saved().kinds.map(({ kind }) => kind)).toEqual(['127.0.0.1 * *']);
    await waitOnce('operations/2', ['--history-key', 'exports']);
    await waitOnce('operations/3');
    expect(saved().kinds.map(({ kind, ends }) => [kind, ends.length])).toEqual([
      ['127.0.0.1 * *', 2],
      ['exports', 1],
    ]);
    expect(readFileSync(history, 'utf8')).not.toContain('operations/');
    expect(readdirSync(folder)).toEqual(['history.json']); // no lock and no temporary file
  });

  it('remembers that an operation ran longer than an interrupted wait, and resumes with the same file', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const program = start(['wait', 'operations/1', ...connection, '--poll-every', '20ms']);
    await program.printed('running');
    program.kill('SIGINT');
    expect(await program.exited).toBe(130);
    expect(program.stderr).toContain(`--history ${history}`);
    expect(saved().kinds[0]!.ends).toEqual([[expect.any(Number), expect.any(Number), null]]);
  });

  it('loses nothing when several processes end at once', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `operations/${index}`);
    await Promise.all(names.map((name) => waitOnce(name)));
    expect(endsIn(saved())).toBe(names.length);
  });

  it('keeps what another process has written during the wait', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const program = start(['wait', 'operations/1', ...connection, '--poll-every', '20ms']);
    await program.printed('running');
    writeFileSync(history, JSON.stringify(known('others')));
    emulator.complete('operations/1');
    await program.exited;
    expect(endsIn(saved())).toBe(21);
  });

  it.each([
    ['is not JSON', '{"version":1,'],
    ['is not a history', '{"version":2}'],
    ['has an impossible end', JSON.stringify({ version: 1, kinds: [{ kind: 'a', ends: [[1, 5, 3]] }] })],
  ])('warns of a file that %s, waits all the same, and leaves it as it is', async (_, content) => {
    writeFileSync(history, content);
    const { stderr, exitCode } = await waitOnce('operations/1');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^longrunning: the history '.*history\.json' cannot be read and is not used: \S/);
    expect(readFileSync(history, 'utf8')).toBe(content);
  });

  it('warns, and exits as without a history, if the file cannot be written', async () => {
    history = join(folder, 'missing', 'history.json');
    connection[connection.length - 1] = history;
    const { stderr, exitCode } = await waitOnce('operations/1');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/longrunning: the history '.*' cannot be written: ENOENT/);
    expect(stderr).toContain('operations/1: succeeded');
  });

  it('keeps the mode of the file and the link to it; an empty file is an empty history', async () => {
    const target = join(folder, 'target.json');
    writeFileSync(target, '');
    chmodSync(target, 0o600);
    symlinkSync(target, history);
    await waitOnce('operations/1');
    expect(endsIn(JSON.parse(readFileSync(target, 'utf8')) as SavedHistory)).toBe(1);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('replaces the lock of a process that was killed, and waits for that of one that runs', async () => {
    const lock = `${history}.lock`;
    writeFileSync(lock, '');
    const waiting = waitOnce('operations/1');
    await new Promise((resolve) => setTimeout(resolve, 50));
    rmSync(lock);
    await waiting;
    expect(endsIn(saved())).toBe(1);
    writeFileSync(lock, '');
    const { utimesSync } = await import('node:fs');
    utimesSync(lock, new Date(0), new Date(0));
    await waitOnce('operations/2');
    expect(endsIn(saved())).toBe(2);
    expect(existsSync(lock)).toBe(false);
  });

  it('is not written by a wait that learned nothing', async () => {
    emulator.start({ name: 'operations/1', durationMs: 0 });
    await run(['wait', 'operations/1', ...connection]);
    expect(existsSync(history)).toBe(false);
  });

  it('is of use with a command that waits only', async () => {
    expect(await run(['get', 'operations/1', ...connection])).toMatchObject({ exitCode: 2 });
    expect((await run(['cancel', 'operations/1', ...connection])).stderr).toContain('--history needs --wait');
    const key = await run(['wait', 'operations/1', ...connection.slice(0, -2), '--history-key', 'a']);
    expect(key.stderr).toContain('--history-key needs --history');
  });
});

(hasTmux ? describe : describe.skip)('the estimate of a history in a terminal', () => {
  it('is shown where there is no progress', async () => {
    writeFileSync(history, JSON.stringify(known('127.0.0.1 * *')));
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const terminal = new Terminal(['wait', 'operations/1', ...connection], [100, 10]);
    try {
      await terminal.shows(/operations\/1 {2}running {2}\d+ s {2}about (4 min 5\d|5 min 0\d) s left/);
      terminal.press('C-c');
      await terminal.shows(/exit 130/);
    } finally {
      terminal.close();
    }
  });
});

describe('RowTracker', () => {
  const past = durationHistory(known('kind'));
  const beganAtMs = 1_700_000_000_000;

  it('predicts the end by a history anew each second, until the progress predicts it', () => {
    let ageMs = 0;
    const tracker = new RowTracker('operations/1', beganAtMs, () => past.estimate('kind', ageMs));
    const leftAt = (ms: number): number => {
      ageMs = ms;
      return tracker.rowAt(beganAtMs + ms).predictedEndMs - beganAtMs - ms;
    };
    expect(leftAt(0)).toBeGreaterThan(290_000);
    expect(leftAt(600_000)).toBeGreaterThan(1000); // longer than all before: it does not end in the past
    const state = (progressPercent: number) =>
      ({
        name: 'operations/1',
        done: false,
        metadata: { progressPercent },
        raw: { name: 'operations/1', done: false },
      }) as never;
    tracker.onState(state(10), beganAtMs + 600_000);
    expect(leftAt(600_000)).toBeGreaterThan(1000); // no movement yet: by the history
    tracker.onState(state(20), beganAtMs + 610_000);
    expect(leftAt(610_000)).toBe(80_000);
  });

  it('has no prediction without a history', () => {
    expect(new RowTracker('operations/1', beganAtMs).rowAt(beganAtMs).predictedEndMs).toBeNaN();
  });
});
