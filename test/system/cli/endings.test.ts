// The endings of `longrunning wait`, piped, over REST, over gRPC and from a token, compared with transcripts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { endPrograms, expectFixture, start, transcript, type RunningProgram } from '../../support/cli.js';

const name = 'projects/p/operations/1';
const details = [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'BUCKET_LOCKED',
    domain: 'storage.example.com',
    metadata: {},
  },
  {
    '@type': 'type.googleapis.com/google.rpc.Help',
    links: [{ description: 'How to unlock it', url: 'https://example.com/unlock' }],
  },
] as const;
const progress = (percent: number) => packStruct({ progressPercent: percent });

let emulator: OperationsEmulator;
let folder: string;

beforeEach(() => {
  emulator = new OperationsEmulator();
  folder = mkdtempSync(join(tmpdir(), 'longrunning-cli-'));
});
afterEach(async () => {
  endPrograms();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

interface Way {
  readonly way: 'rest' | 'grpc' | 'token';
}

/** An ending: what the test does while the program waits. */
interface Ending {
  readonly ending: string;
  readonly exitCode: number;
  readonly options?: readonly string[];
  readonly prepare?: () => void;
  readonly act: (program: RunningProgram) => Promise<void>;
}

const running = (program: RunningProgram): Promise<void> => program.printed(`${name}: running\n`);
const hang = () => emulator.injectFault({ method: 'getOperation', times: Infinity, hang: true });

const endings: readonly Ending[] = [
  {
    ending: 'a response',
    exitCode: 0,
    async act(program) {
      await running(program);
      emulator.update(name, { metadata: progress(40) });
      await program.printed('40 %');
      emulator.complete(name, { response: packStruct({ books: 3 }) });
    },
  },
  {
    ending: 'an operation that fails',
    exitCode: 1,
    async act(program) {
      await running(program);
      emulator.complete(name, { error: { code: Code.FAILED_PRECONDITION, message: 'the bucket is locked', details } });
    },
  },
  {
    ending: 'an invalid command line',
    exitCode: 2,
    options: ['--timeout', 'soon'],
    act: () => Promise.resolve(),
  },
  {
    ending: 'a request that fails',
    exitCode: 3,
    prepare: () =>
      emulator.injectFault({ method: 'getOperation', status: { code: Code.PERMISSION_DENIED, message: 'not yours' } }),
    act: () => Promise.resolve(),
  },
  {
    ending: 'an operation that is cancelled',
    exitCode: 4,
    async act(program) {
      await running(program);
      emulator.complete(name, { error: { code: Code.CANCELLED, message: 'by an admin' } });
    },
  },
  {
    ending: 'the time limit',
    exitCode: 124,
    options: ['--timeout', '300ms'],
    prepare: hang,
    act: () => Promise.resolve(),
  },
  {
    ending: 'an interruption',
    exitCode: 130,
    async act(program) {
      await running(program);
      program.kill('SIGINT');
    },
  },
];

async function argumentsOf({ way }: Way, options: readonly string[]): Promise<string[]> {
  const port = way === 'grpc' ? await emulator.listenGrpc() : await emulator.listenHttp();
  const connection = [
    '--endpoint',
    `127.0.0.1:${port}`,
    '--insecure',
    ...(way === 'grpc' ? ['--transport', 'grpc'] : []),
  ];
  const operands = way === 'token' ? ['--token', join(folder, 'token.json')] : [name];
  return ['wait', ...operands, ...connection, '--poll-every', '20ms', ...options];
}

/** Replaces what differs from run to run: ports and paths. */
const stable = (text: string): string => text.replace(/127\.0\.0\.1:\d+/g, 'HOST:PORT').replaceAll(`${folder}/`, '');

describe.each<Way>([{ way: 'rest' }, { way: 'grpc' }, { way: 'token' }])('longrunning wait, $way', (way) => {
  it.each(endings)('ends with $exitCode after $ending', async ({ options = [], exitCode, prepare, act }) => {
    emulator.start({ name, durationMs: Infinity });
    const token = { version: 1, name, startedAtMs: Date.now() };
    writeFileSync(join(folder, 'token.json'), JSON.stringify(token));
    prepare?.();
    const args = await argumentsOf(way, options);
    const program = start(args);
    await act(program);
    const result = { exitCode: await program.exited, stdout: stable(program.stdout), stderr: stable(program.stderr) };
    expect(result.exitCode).toBe(exitCode);
    expectFixture(`${way.way}-${exitCode}.txt`, transcript(stable(`longrunning ${args.join(' ')}`), result));
    // The token stays valid: the wait can be resumed, whatever its ending was.
    expect(JSON.parse(readFileSync(join(folder, 'token.json'), 'utf8'))).toMatchObject({ version: 1, name });
  });
});
