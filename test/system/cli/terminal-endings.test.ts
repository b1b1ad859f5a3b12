// The endings of `longrunning wait` in a terminal, over REST, over gRPC and from a token: what the screen shows at the end,
// compared with files. Skipped where tmux is not installed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { expectFixture, withoutAges } from '../../support/cli.js';
import { hasTmux, Terminal } from '../../support/tmux.js';

const name = 'projects/p/operations/1';

let emulator: OperationsEmulator;
let folder: string;
let terminal: Terminal | undefined;

beforeEach(() => {
  emulator = new OperationsEmulator();
  folder = mkdtempSync(join(tmpdir(), 'longrunning-cli-'));
});
afterEach(async () => {
  terminal?.close();
  terminal = undefined;
  await emulator.close();
  rmSync(folder, { recursive: true });
});

/** An ending: what the test does once the terminal shows that the operation runs. */
interface Ending {
  readonly exitCode: number;
  readonly options?: readonly string[];
  readonly prepare?: () => void;
  readonly act?: (opened: Terminal) => void;
}

const complete = (result: object) => (): void => void emulator.complete(name, result);
const inject = (fault: object) => (): void => emulator.injectFault({ method: 'getOperation', ...fault });

const endings: readonly Ending[] = [
  { exitCode: 0, act: complete({ response: packStruct({ books: 3 }) }) },
  { exitCode: 1, act: complete({ error: { code: Code.FAILED_PRECONDITION, message: 'the bucket is locked' } }) },
  { exitCode: 2, options: ['--timeout', 'soon'] },
  { exitCode: 3, prepare: inject({ status: { code: Code.PERMISSION_DENIED, message: 'not yours' } }) },
  { exitCode: 4, act: complete({ error: { code: Code.CANCELLED, message: 'by an admin' } }) },
  { exitCode: 124, options: ['--timeout', '300ms'], prepare: inject({ times: Infinity, hang: true }) },
  { exitCode: 130, act: (opened) => opened.press('C-c') },
];

async function argumentsOf(way: string, options: readonly string[]): Promise<string[]> {
  const token = join(folder, 'token.json');
  writeFileSync(token, JSON.stringify({ version: 1, name, startedAtMs: Date.now() }));
  const port = await (way === 'grpc' ? emulator.listenGrpc() : emulator.listenHttp());
  const operands = way === 'token' ? ['--token', token] : [name];
  const transport = way === 'grpc' ? ['--transport', 'grpc'] : [];
  const connection = ['--endpoint', `127.0.0.1:${port}`, '--insecure', ...transport];
  return ['wait', ...operands, ...connection, '--poll-every', '20ms', ...options];
}

/** Replaces what differs from run to run. */
const stable = (screen: string): string =>
  withoutAges(screen)
    .replace(/127\.0\.0\.1:\d+/g, 'HOST:PORT')
    .replaceAll(`${folder}/`, '')
    .replace('^C', '');

(hasTmux ? describe : describe.skip)('longrunning wait in a terminal', () => {
  const ways = ['rest', 'grpc', 'token'].flatMap((way) => endings.map((ending) => ({ way, ...ending })));

  it.each(ways)('ends with $exitCode, $way', async ({ way, exitCode, options = [], prepare, act }) => {
    emulator.start({ name, durationMs: Infinity });
    prepare?.();
    terminal = new Terminal(await argumentsOf(way, options), [200, 24]);
    if (act) {
      await terminal.shows(/running/);
      act(terminal);
    }
    const screen = await terminal.shows(/^exit \d+$/m);
    expectFixture(`terminal-${way}-${exitCode}.txt`, stable(screen));
    expect(screen).toMatch(new RegExp(`^exit ${exitCode}$`, 'm'));
    expect(screen).not.toMatch(/[\u2800-\u28ff]/); // nothing remains of the spinner
    expect(terminal.isCursorVisible).toBe(true);
  });
});
