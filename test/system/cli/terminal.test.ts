// The command line in a terminal: tmux shows what a user sees. Skipped where tmux is not installed.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { expectFixture, withoutAges } from '../../support/cli.js';
import { hasTmux, Terminal } from '../../support/tmux.js';

const describeInTerminal = hasTmux ? describe : describe.skip;
const name = 'projects/p/locations/l/operations/1';
const progress = (percent: number) => packStruct({ progressPercent: percent });

let emulator: OperationsEmulator;
let terminal: Terminal | undefined;

beforeEach(() => {
  emulator = new OperationsEmulator();
});
afterEach(async () => {
  terminal?.close();
  terminal = undefined;
  await emulator.close();
});

interface Settings {
  readonly size?: readonly [number, number];
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  readonly before?: string;
  readonly pipe?: string;
}

async function open(
  names: readonly string[],
  { size = [80, 24], env = {}, options = [], before, pipe }: Settings = {},
) {
  const connection = ['--endpoint', `127.0.0.1:${await emulator.listenHttp()}`, '--insecure', '--poll-every', '50ms'];
  terminal = new Terminal(['wait', ...names, ...connection, ...options], size, env, { before, pipe });
  return terminal;
}

/** Replaces what depends on the time: the spinner, ages and estimates. */
function stable(screen: string): string {
  return withoutAges(screen)
    .replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '*')
    .replace(/ {2}about <age> left/g, '')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST:PORT');
}

describeInTerminal('longrunning wait in a terminal', () => {
  it('rewrites one line: the age, then a bar, then the ending', async () => {
    emulator.start({ name, durationMs: Infinity });
    const screens: string[] = [];
    // Wide enough for the whole name, whatever the length of the age.
    const opened = await open([name], { size: [120, 24] });
    screens.push(await opened.shows(/running/));
    emulator.update(name, { metadata: progress(5) });
    await opened.shows(/ 5 %/);
    emulator.update(name, { metadata: progress(42) });
    screens.push(await opened.shows(/42 %/));
    expect(opened.isCursorVisible).toBe(false);
    emulator.complete(name, { response: packStruct({ books: 3 }) });
    screens.push(await opened.shows(/exit \d/));
    expect(opened.isCursorVisible).toBe(true);
    expectFixture('terminal-response.txt', screens.map(stable).join('--------\n'));
  });

  it('shows an estimate once the progress moves', async () => {
    emulator.start({ name, durationMs: Infinity, metadata: progress(10) });
    const opened = await open([name]);
    await opened.shows(/10 %/);
    emulator.update(name, { metadata: progress(11) });
    await opened.shows(/11 % .*about \d+ \w+ .*left/);
  });

  it('keeps a line about an error, and links', async () => {
    const links = [{ description: 'How to unlock it', url: 'https://example.com/unlock' }];
    const details = [{ '@type': 'type.googleapis.com/google.rpc.Help' as const, links }];
    emulator.start({ name, durationMs: Infinity });
    const opened = await open([name]);
    await opened.shows(/running/);
    emulator.complete(name, { error: { code: Code.FAILED_PRECONDITION, message: 'locked', details } });
    expectFixture('terminal-failed.txt', stable(await opened.shows(/exit \d/)));
  });

  it('ends at Ctrl-C with a visible cursor and the command that resumes', async () => {
    emulator.start({ name, durationMs: Infinity });
    const opened = await open([name], { size: [160, 24] });
    await opened.shows(/running/);
    opened.press('C-c');
    const screen = await opened.shows(/exit \d/);
    expect(opened.isCursorVisible).toBe(true);
    expectFixture('terminal-interrupted.txt', stable(screen).replace('^C', ''));
    expect(screen).toContain('Resume with:');
    expect(emulator.operation(name)?.done).toBe(false);
  });

  it('gives the shell a visible cursor at Ctrl-Z', async () => {
    emulator.start({ name, durationMs: Infinity });
    const opened = await open([name], { size: [160, 24], before: 'set -m' });
    await opened.shows(/running/);
    expect(opened.isCursorVisible).toBe(false);
    opened.press('C-z');
    await opened.shows(/exit \d/);
    expect(opened.isCursorVisible).toBe(true);
  });

  it('shows 200 operations in the rows that there are, and a line for each that ends', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `operations/${index + 1}`);
    for (const one of names) emulator.start({ name: one, durationMs: Infinity });
    const opened = await open(names, { size: [60, 8] });
    const first = await opened.shows(/0 of 200 done, 200 running/);
    expectFixture('terminal-200.txt', stable(first).replaceAll('waiting', 'running'));
    emulator.complete('operations/7', { error: { code: Code.INTERNAL } });
    await opened.shows(/1 of 200 done, 1 failed, 199 running \(193 not shown\)/);
    for (const one of names) if (one !== 'operations/7') emulator.complete(one);
    await opened.shows(/exit 1/);
    const lines = opened.history().split('\n');
    expect(lines.filter((line) => /^✔ operations\/\d+ succeeded after/.test(line))).toHaveLength(199);
    expect(lines.filter((line) => line.startsWith('✖ operations/7 failed after'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('running'))).toEqual([]); // no rest of a frame
  });

  it('fits into a terminal that becomes narrow', async () => {
    emulator.start({ name, durationMs: Infinity, metadata: progress(50) });
    const opened = await open([name], { size: [100, 10] });
    await opened.shows(/50 %/);
    opened.resize(40, 10);
    const narrow = await opened.shows(/^\S …\S*operations\/1 {2}█+░+ +50 %( .*)?$/m);
    expect(narrow.split('\n').filter((line) => line.length > 40)).toEqual([]);
    emulator.complete(name);
    await opened.shows(/^✔ [^]*exit 0$/m);
  });

  it('writes lines if the results of several operations go to a program that may write to the terminal', async () => {
    const names = ['operations/1', 'operations/2'];
    for (const one of names) emulator.start({ name: one, durationMs: Infinity });
    const opened = await open(names, {
      size: [160, 24],
      pipe: 'while read line; do sleep 0.3; echo "read ${line%%[!a-z0-9/]*}"; done',
    });
    await opened.shows(/running/);
    emulator.complete('operations/1', { response: packStruct({}) });
    await opened.shows(/read operations\/1/);
    emulator.complete('operations/2', { response: packStruct({}) });
    const screen = await opened.shows(/exit \d/);
    expect(stable(screen).split('\n').sort().filter(Boolean)).toEqual([
      'exit 0',
      'operations/1: running',
      'operations/1: succeeded after <age>',
      'operations/2: running',
      'operations/2: succeeded after <age>',
      'read operations/1',
      'read operations/2',
    ]);
  });

  it('writes lines in a terminal without a size, as some containers have', async () => {
    emulator.start({ name, durationMs: Infinity });
    const opened = await open([name], { before: 'stty cols 0 rows 0' });
    await opened.shows(/running/);
    emulator.complete(name, { error: { code: Code.NOT_FOUND, message: 'no book' } });
    expect(stable(await opened.shows(/exit 1/))).toBe(
      `${name}: running\n${name}: failed after <age>: NOT_FOUND: no book\nexit 1\n`,
    );
  });

  it('keeps a line about an error that is longer than the screen', async () => {
    emulator.start({ name, durationMs: 0, error: { code: Code.NOT_FOUND, message: 'no book '.repeat(60) } });
    const opened = await open([name], { size: [40, 5] });
    await opened.shows(/exit 1/);
    const text = opened.history().replaceAll('\n', '');
    expect(text).toContain(`✖ ${name} failed after`);
    expect(text.replaceAll(' ', '').split('nobook')).toHaveLength(61);
  });

  it.each([
    { env: {}, hasColor: true },
    { env: { NO_COLOR: '1' }, hasColor: false },
    { env: { NO_COLOR: '' }, hasColor: true },
  ])('has colors unless NO_COLOR says otherwise: $env', async ({ env, hasColor }) => {
    emulator.start({ name, durationMs: 0 });
    const opened = await open([name], { env });
    await opened.shows(/exit 0/);

    expect(opened.screenWithColors().includes('[32m')).toBe(hasColor);
  });

  it('writes lines in a terminal that cannot rewrite them', async () => {
    emulator.start({ name, durationMs: 0 });
    const opened = await open([name], { env: { TERM: 'dumb' } });
    expect(stable(await opened.shows(/exit 0/))).toContain(`${name}: succeeded after <age>\n`);
  });
});
