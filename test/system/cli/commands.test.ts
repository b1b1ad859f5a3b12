// The commands of `longrunning` through the real program, piped, against an emulated service.
import { exec } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { file_fidelity, RowSchema } from '../../fixtures/protos/protobuf-es/fidelity_pb.js';
import { endPrograms, program, run, start, withoutAges } from '../../support/cli.js';

const secret = 'ya29.a-secret-access-token';
const response = packStruct({ books: 3 });

let emulator: OperationsEmulator;
let folder: string;
let rest: string[];
let grpc: string[];

beforeEach(async () => {
  emulator = new OperationsEmulator();
  rest = ['--endpoint', `127.0.0.1:${await emulator.listenHttp()}`, '--insecure'];
  grpc = ['--endpoint', `127.0.0.1:${await emulator.listenGrpc()}`, '--insecure', '--transport', 'grpc'];
  folder = mkdtempSync(join(tmpdir(), 'longrunning-cli-'));
});
afterEach(async () => {
  endPrograms();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** One operation of each kind. */
function startOperations(): void {
  emulator.start({ name: 'operations/running', durationMs: Infinity, metadata: packStruct({ progressPercent: 42 }) });
  emulator.start({ name: 'operations/done', durationMs: 0, response });
  emulator.start({
    name: 'operations/failed',
    durationMs: 0,
    error: { code: Code.INTERNAL, message: 'a \x1b[31mbug' },
  });
  emulator.start({ name: 'operations/cancelled', durationMs: 0, error: { code: Code.CANCELLED } });
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const structJson = (value: object) => ({ '@type': 'type.googleapis.com/google.protobuf.Struct', value });

describe('longrunning wait', () => {
  it('prints a line for each of several responses, and exits with the most important failure', async () => {
    startOperations();
    const names = ['operations/cancelled', 'operations/failed', 'operations/done'];
    const { stdout, stderr, exitCode } = await run(['wait', ...names, ...rest]);
    expect(stdout).toBe(`operations/done\t${JSON.stringify(structJson({ books: 3 }))}\n`);
    expect(lines(withoutAges(stderr)).sort()).toEqual([
      'operations/cancelled: cancelled after <age>',
      'operations/done: succeeded after <age>',
      'operations/failed: failed after <age>: INTERNAL: a  [31mbug',
    ]);
    expect(exitCode).toBe(1);
  });

  it('prints one JSON value with --output json: an object for one operation, an array for several', async () => {
    startOperations();
    const one = await run(['wait', 'operations/done', '-o', 'json', ...grpc]);
    const done = { name: 'operations/done', done: true, response: structJson({ books: 3 }) };
    expect(JSON.parse(one.stdout)).toEqual(done);
    const failed = {
      name: 'operations/failed',
      done: true,
      error: { code: 13, message: 'a \x1b[31mbug', details: [] },
    };
    const two = await run(['wait', 'operations/failed', 'operations/done', '-o', 'json', ...rest]);
    expect(JSON.parse(two.stdout)).toEqual([failed, done]);
  });

  it('prints the last known state of an operation that goes on as JSON', async () => {
    startOperations();
    const args = ['wait', 'operations/running', 'operations/done', '--fail-fast', '--poll-every', '20ms', ...rest];
    const running = start([...args, '-o', 'ndjson']);
    await running.printed('42 %');
    await running.printed('succeeded');
    running.kill('SIGTERM');
    expect(await running.exited).toBe(143);
    expect(lines(running.stdout).map((line) => JSON.parse(line) as object)).toEqual([
      { name: 'operations/done', done: true, response: structJson({ books: 3 }) },
      { name: 'operations/running', done: false, metadata: structJson({ progressPercent: 42 }) },
    ]);
  });

  it('stops at the first failure with --fail-fast, and names the operations that go on', async () => {
    startOperations();
    emulator.start({ name: 'operations/late', durationMs: Infinity });
    const args = ['wait', 'operations/running', 'operations/late', '--fail-fast', '--poll-every', '20ms', ...rest];
    const running = start(args);
    await running.printed('42 %');
    emulator.complete('operations/late', { error: { code: Code.INTERNAL } });
    expect(await running.exited).toBe(1);
    expect(running.stderr).toContain(
      `operations/running goes on. Resume with:\n  longrunning wait operations/running --endpoint`,
    );
  });

  it('stops at the first response with --any', async () => {
    startOperations();
    const names = ['operations/running', 'operations/failed', 'operations/done'];
    const { stdout, stderr, exitCode } = await run(['wait', ...names, '--any', ...rest]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^operations\/done\t/);
    expect(stderr).not.toContain('Resume');
  });

  it('prints only errors with --quiet', async () => {
    startOperations();
    const { stderr } = await run(['wait', 'operations/done', 'operations/failed', '--quiet', ...rest]);
    expect(withoutAges(stderr)).toBe('operations/failed: failed after <age>: INTERNAL: a  [31mbug\n');
  });

  it('prints one line for a run of failed requests, however often they are retried', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    emulator.injectFault({ method: 'getOperation', times: 3, status: { code: Code.UNAVAILABLE } });
    const running = start(['wait', 'operations/1', '--poll-every', '20ms', ...rest]);
    await running.printed('operations/1: running\n');
    emulator.complete('operations/1');
    expect(await running.exited).toBe(0);
    expect(lines(withoutAges(running.stderr))).toEqual([
      'operations/1: waiting, retrying after UNAVAILABLE',
      'operations/1: running',
      'operations/1: succeeded after <age>',
    ]);
  });

  it('does not say that an operation goes on of which no request had a response', async () => {
    const status = { code: Code.UNAVAILABLE, message: 'busy' };
    emulator.injectFault({ method: 'getOperation', times: Infinity, status });
    const { stderr, exitCode } = await run(['wait', 'operations/1', '--timeout', '1s', ...rest]);
    expect(exitCode).toBe(124);
    const [, end, next, command] = lines(stderr);
    expect(withoutAges(end!)).toBe(
      'operations/1: no response after <age>: stopped waiting; the last request failed: UNAVAILABLE: busy',
    );
    expect(next).toBe('The state of operations/1 is unknown. Wait again with:');
    expect(command).toMatch(/^ {2}longrunning wait operations\/1 --endpoint/);
  });

  it.each(['stdout', 'stderr'])('ends with a message if its result cannot be written: %s is full', async (stream) => {
    if (!existsSync('/dev/full')) return;
    startOperations();
    const number = stream === 'stdout' ? 1 : 2;
    const command = [process.execPath, program, 'wait', 'operations/done', ...rest].join(' ');
    const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      exec(`${command} ${number}> /dev/full`, (error, ...[stdout, stderr]) => {
        resolve({ code: error?.code ?? 0, stdout, stderr });
      });
    });
    if (number === 1) {
      expect(code).toBe(3);
      expect(stderr).toContain('longrunning: the output cannot be written: ENOSPC');
    } else {
      // The result is still printed.
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ value: expect.anything() });
    }
  });

  it('takes the age of the operation from the metadata', async () => {
    const startTime = new Date(Date.now() - 3 * 3_600_000 - 10_000).toISOString();
    emulator.start({ name: 'operations/1', durationMs: 0, response, metadata: packStruct({ startTime }) });
    const { stderr } = await run(['wait', 'operations/1', ...rest]);
    expect(stderr).toBe('operations/1: succeeded after 3 h 00 min\n');
  });
});

describe('longrunning wait --token', () => {
  it('saves the waits of several operations at an interruption, and resumes those that go on', async () => {
    startOperations();
    emulator.start({ name: 'operations/2', durationMs: Infinity });
    const token = join(folder, "it's.json");
    const names = ['operations/running', 'operations/2', 'operations/done'];
    const first = start(['wait', ...names, '--token', token, '--poll-every', '20ms', ...rest]);
    await first.printed('42 %');
    await first.printed('operations/2: running');
    await first.printed('operations/done: succeeded');
    first.kill('SIGINT');
    expect(await first.exited).toBe(130);
    expect(first.stderr).toContain(`--token '${token.replace("'", `'\\''`)}'`);
    const tokens = JSON.parse(readFileSync(token, 'utf8')) as { name: string }[];
    expect(tokens.map(({ name }) => name)).toEqual(['operations/running', 'operations/2']);

    emulator.complete('operations/running', { response });
    emulator.complete('operations/2', { response });
    const second = await run(['wait', '--token', token, ...rest]);
    expect(second.exitCode).toBe(0);
    expect(lines(second.stdout)).toHaveLength(2);
  });

  it('names the operations in the command that resumes if the token cannot be saved', async () => {
    startOperations();
    const directory = join(folder, 'tokens');
    mkdirSync(directory);
    const token = join(directory, 'token.json');
    const args = ['wait', 'operations/running', '--token', token, '--poll-every', '20ms', ...rest];
    const running = start(args);
    await running.printed('42 %');
    rmdirSync(directory);
    running.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stderr).toContain('longrunning: the token cannot be saved: ENOENT');
    expect(running.stderr).toContain('  longrunning wait operations/running --endpoint');
  });

  it.each(['missing/token.json', '.'])('sends nothing if the token cannot be saved: %s', async (path) => {
    startOperations();
    const { stderr, exitCode } = await run(['wait', 'operations/running', '--token', join(folder, path), ...rest]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^longrunning: the token cannot be saved: .*\nHelp: longrunning wait --help\n$/);
    expect(emulator.calls).toEqual([]);
  });

  it('reads standard input and writes standard output with -', async () => {
    startOperations();
    const token = { version: 1, name: 'operations/running', startedAtMs: 1_700_000_000_000, apiEndpoint: '127.0.0.1' };
    const args = ['wait', '--token', '-', '--poll-every', '20ms', ...rest];
    const running = start(args, { stdin: JSON.stringify(token) });
    await running.printed('42 %');
    running.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(JSON.parse(running.stdout)).toEqual(token);
  });

  it('waits for the rest of a standard input that is slow', async () => {
    startOperations();
    async function* slowToken(): AsyncGenerator<string> {
      yield '{"version":1,"name":"operations/done",';
      await new Promise((resolve) => setTimeout(resolve, 1500)); // longer than the program takes until it reads
      yield '"startedAtMs":1}';
    }
    const { stderr, exitCode } = await run(['wait', '--token', '-', ...rest], { stdin: slowToken() });
    expect(withoutAges(stderr)).toBe('operations/done: succeeded after <age>\n');
    expect(exitCode).toBe(0);
  });

  it('ends at an interruption while it reads standard input', async () => {
    async function* endless(): AsyncGenerator<string> {
      yield ' ';
      await new Promise(() => undefined);
    }
    const running = start(['wait', '--token', '-', ...rest], { stdin: endless() });
    await new Promise((resolve) => setTimeout(resolve, 1500)); // it reads by then; an earlier end has the same code
    running.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stderr).toBe('');
  });

  it('waits once for an operation of which there are several tokens', async () => {
    startOperations();
    const token = { version: 1, name: 'operations/running', startedAtMs: Date.now() };
    const saved = file('token.json', JSON.stringify([token, token]));
    const running = start(['wait', '--token', saved, '--poll-every', '20ms', ...rest]);
    await running.printed('42 %');
    running.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stderr.split('42 %')).toHaveLength(2);
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({ name: token.name });
  });

  it('names the operations in the command that resumes if the token was read from a pipe', async () => {
    startOperations();
    const saved = file('token.json', '{"version":1,"name":"operations/running","startedAtMs":1}');
    const connection = rest.join(' ');
    const command = `"${process.execPath}" "${program}" wait ${connection} --timeout 500ms --token <(cat "${saved}")`;
    const { stderr } = await promisify(exec)(`${command} || true`, { shell: 'bash' });
    expect(stderr).toContain('  longrunning wait operations/running --endpoint');
  });

  it.each([
    ['null', '[null]'],
    ['a text', '"operations/running"'],
    ['not JSON', 'nonsense'],
    ['an empty array', '[]'],
    ['without a name', '{"version":1,"startedAtMs":1}'],
    ['of another service', '{"version":1,"name":"operations/1","startedAtMs":1,"apiEndpoint":"other.example.com"}'],
  ])('exits with 2 for a token that is %s', async (_, content) => {
    const { stderr, exitCode } = await run(['wait', '--token', file('token.json', content), ...rest]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^longrunning: /);
    expect(emulator.calls).toEqual([]);
  });
});

describe('the other commands', () => {
  it.each(['rest', 'grpc'] as const)('get prints the states in the order of the names: %s', async (wire) => {
    startOperations();
    const names = ['operations/running', 'operations/missing', 'operations/failed', 'operations/done'];
    const { stdout, stderr, exitCode } = await run(['get', ...names, ...(wire === 'rest' ? rest : grpc)]);
    expect(lines(stdout)).toEqual([
      'operations/running\trunning\t42 %',
      'operations/failed\tfailed\tINTERNAL',
      'operations/done\tsucceeded',
    ]);
    expect(stderr).toMatch(/^longrunning: operations\/missing: NOT_FOUND: /);
    expect(exitCode).toBe(3);
  });

  it.each([
    ['get', 'getOperation'],
    ['list', 'listOperations'],
    ['cancel', 'cancelOperation'],
  ] as const)(
    '%s writes a notice if there is no response for long, unless --quiet is given',
    async (command, method) => {
      emulator.injectFault({ method, times: Infinity, hang: true });
      const quiet = start([command, 'operations/1', '--quiet', ...rest]);
      const running = start([command, 'operations/1', ...rest]);
      await running.printed('No response yet: failed requests are sent again.\n');
      for (const one of [running, quiet]) one.kill('SIGINT');
      expect([await running.exited, await quiet.exited]).toEqual([130, 130]);
      expect(quiet.stderr).toBe('');
    },
  );

  it('list prints all pages, or as many operations as --limit says', async () => {
    for (let i = 1; i <= 250; i++) emulator.start({ name: `operations/${i}`, durationMs: Infinity });
    const all = await run(['list', 'operations', ...rest]);
    expect(lines(all.stdout)).toHaveLength(250);
    const some = await run(['list', 'operations', '--limit', '120', '-o', 'ndjson', ...rest]);
    expect(lines(some.stdout)).toHaveLength(120);
    expect(JSON.parse(lines(some.stdout)[0]!)).toEqual({ name: 'operations/1', done: false });
    const array = await run(['list', 'operations', '--limit', '2', '-o', 'json', ...rest]);
    expect(JSON.parse(array.stdout)).toHaveLength(2);
  });

  it('list ends quietly when the reader of its output has gone', async () => {
    // More than the buffer of a pipe holds, so that the program meets the closed end.
    const prefix = `operations/${'x'.repeat(200)}`;
    for (let i = 1; i <= 1000; i++) emulator.start({ name: `${prefix}${i}`, durationMs: Infinity });
    const command = [process.execPath, program, 'list', 'operations', ...rest].join(' ');
    const { stdout, stderr } = await promisify(exec)(`${command} | head -n 1`);
    expect({ stdout, stderr }).toEqual({ stdout: `${prefix}1\trunning\n`, stderr: '' });
  });

  it('cancel --wait waits for the real outcome', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    emulator.start({ name: 'operations/2', durationMs: 200, response, cancel: 'ignored' });
    const cancelled = await run(['cancel', 'operations/1', '--wait', ...rest]);
    expect(cancelled.exitCode).toBe(4);
    expect(cancelled.stderr).toMatch(/^operations\/1: cancellation requested\n/);
    const completed = await run(['cancel', 'operations/2', '--wait', ...rest]);
    expect(completed.exitCode).toBe(0);
  });

  it('cancel exits with 3 if the service refuses', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity, cancel: 'fails' });
    const { stderr, exitCode } = await run(['cancel', 'operations/1', ...rest]);
    expect(stderr).toMatch(/^longrunning: operations\/1: FAILED_PRECONDITION/);
    expect(exitCode).toBe(3);
  });

  it('delete deletes', async () => {
    startOperations();
    const { stdout, stderr, exitCode } = await run(['delete', 'operations/done', ...rest]);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: 'operations/done: deleted\n', exitCode: 0 });
    expect(emulator.operation('operations/done')).toBeUndefined();
  });

  it('services lists hosts and versions', async () => {
    const { stdout } = await run(['services', 'cloudbuild']);
    expect(stdout).toMatch(/^cloudbuild\.googleapis\.com\tv1( \w+)*$/m);
  });

  it('services says if no host has the text', async () => {
    const { stdout, stderr, exitCode } = await run(['services', 'dialogfow']);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: '',
      stderr: "No host contains 'dialogfow': did you mean 'dialogflow'?\n",
      exitCode: 0,
    });
    expect((await run(['services', 'dialogfow', '--quiet'])).stderr).toBe('');
  });

  it('asks for a version if a service has several', async () => {
    const { stderr, exitCode } = await run(['get', 'operations/1', '--service', 'dialogflow.googleapis.com']);
    expect(stderr).toContain('has the versions v2, v2beta1, v3, v3beta1: choose one with --api-version');
    expect(exitCode).toBe(2);
  });

  it('uses the paths of a service at another endpoint', async () => {
    startOperations();
    const args = ['get', 'operations/done', '--service', 'cloudbuild.googleapis.com', ...rest];
    expect((await run(args)).stdout).toBe('operations/done\tsucceeded\n');
  });

  it('prints its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect((await run(['--version'])).stdout).toBe(`${version}\n`);
    const help = await run(['wait', '--help']);
    expect(help).toMatchObject({ stderr: '', exitCode: 0 });
    expect(help.stdout).toMatch(/^Usage: longrunning wait NAME/);
    expect(await run([])).toMatchObject({ stdout: '', exitCode: 2 });
  });
});

describe('credentials', () => {
  const authorization = `Bearer ${secret}`;

  it.each(['rest', 'grpc'] as const)('come from a file or the environment: %s', async (wire) => {
    startOperations();
    const connection = wire === 'rest' ? rest : grpc;
    await run(['get', 'operations/done', '--access-token-file', file('token', `${secret}\n`), ...connection]);
    await run(['get', 'operations/done', ...connection], { env: { LONGRUNNING_ACCESS_TOKEN: secret } });
    await run([
      'get',
      'operations/done',
      '--header',
      `@${file('headers', `Authorization: ${authorization}`)}`,
      ...connection,
    ]);
    await run(['get', 'operations/done', '--auth', 'none', ...connection], {
      env: { LONGRUNNING_ACCESS_TOKEN: secret },
    });
    expect(emulator.calls.map(({ headers }) => headers.authorization)).toEqual([
      authorization,
      authorization,
      authorization,
      undefined,
    ]);
  });

  it('are in no output, when a request fails and when the command line is invalid', async () => {
    const env = { LONGRUNNING_ACCESS_TOKEN: secret };
    const status = { code: Code.UNAUTHENTICATED, message: `invalid: ${secret}` };
    emulator.injectFault({ method: 'getOperation', times: Infinity, status });
    const outputs = [
      await run(['get', 'operations/1', ...rest], { env }),
      await run(['wait', 'operations/1', ...grpc], { env }),
      await run(['get', 'operations/1', '--header', `Authorization: ${secret}`, ...rest]),
      await run(['get', 'operations/1', '--header', `@${file('headers', secret)}`, ...rest]),
      await run(['get', 'operations/1', '--access-token-file', file('token', `${secret} and more`), ...rest]),
      await run(['get', 'operations/1', ...rest], { env: { LONGRUNNING_ACCESS_TOKEN: `${secret}\n${secret}` } }),
    ];
    expect(outputs.map(({ exitCode }) => exitCode)).toEqual([3, 3, 2, 2, 2, 2]);
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(secret);
  });

  it.each(['rest', 'grpc'])('are not sent in plain text to another machine: %s', async (transport) => {
    const args = ['get', 'operations/1', '--endpoint', 'other.example.com:80', '--insecure', '--transport', transport];
    const { stderr, exitCode } = await run(args, { env: { LONGRUNNING_ACCESS_TOKEN: secret } });
    expect(stderr).toMatch(/HTTPS, or HTTP to this machine/);
    expect(exitCode).toBe(2);
  });

  it('are read again for each request, so that they can be renewed', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const token = file('token', 'first-token');
    const running = start(['wait', 'operations/1', '--access-token-file', token, '--poll-every', '20ms', ...rest]);
    await running.printed('running');
    writeFileSync(token, 'second-token');
    emulator.update('operations/1', { metadata: packStruct({ progressPercent: 50 }) });
    await running.printed('50 %');
    emulator.complete('operations/1');
    await running.exited;
    expect(emulator.calls.at(-1)?.headers.authorization).toBe('Bearer second-token');
  });
});

describe('--descriptors', () => {
  const typeUrl = 'type.googleapis.com/test.fidelity.Row';
  const row = toBinary(RowSchema, create(RowSchema, { text: 'a row', i64: 7n }));

  it('decodes responses over gRPC; without it they are bytes', async () => {
    const files = [file_fidelity.proto, ...file_fidelity.dependencies.map(({ proto }) => proto)];
    const set = file('set.binpb', toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files })));
    emulator.start({ name: 'operations/1', durationMs: 0, response: { typeUrl, value: row } });
    const typed = await run(['wait', 'operations/1', '--descriptors', set, ...grpc]);
    expect(JSON.parse(typed.stdout)).toEqual({ '@type': typeUrl, text: 'a row', i64: '7' });
    const untyped = await run(['wait', 'operations/1', ...grpc]);
    expect(JSON.parse(untyped.stdout)).toEqual({ '@type': typeUrl, value: Buffer.from(row).toString('base64') });
  });

  it.each([
    ['is missing', undefined],
    ['is not a descriptor set', 'message Book {}'],
  ])('exits with 2 if the file %s', async (_, content) => {
    const path = content === undefined ? join(folder, 'none') : file('set.binpb', content);
    const { stderr, exitCode } = await run(['get', 'operations/1', '--descriptors', path, ...grpc]);
    expect(stderr).toMatch(/^longrunning: the descriptors cannot be read: /);
    expect(exitCode).toBe(2);
  });
});
