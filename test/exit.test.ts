// Programs of their own, on the build in dist/ (npm run build): waiting keeps a process alive, and nothing else does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../src/index.js';
import { OperationsEmulator, type Fault as EmulatorFault } from '../src/testing/index.js';
import { until } from './support/grpc-server.js';

const root = new URL('..', import.meta.url);

type Fault = Omit<EmulatorFault, 'method'>;

interface Task {
  readonly wire: 'memory' | 'grpc' | 'http';
  readonly wait?: 'auto' | 'never' | undefined;
  readonly delayMs: number;
  readonly close?: boolean;
}

/** What the program says as it exits; times are in milliseconds since it was told to abort. */
interface Report {
  readonly outcome: string;
  readonly settledMs: number;
  readonly exitMs: number;
}

let emulator: OperationsEmulator;

beforeAll(() => {
  if (!existsSync(new URL('dist/index.js', root))) throw new Error('There is no dist/: npm run build');
});
beforeEach(() => {
  emulator = new OperationsEmulator();
});
afterEach(() => emulator.close());

/** Starts the program with an operation of its own, which a fault may happen to. */
async function start({ wire, wait = 'never', delayMs, close = false }: Task, fault?: Fault) {
  const { name } = emulator.start({ durationMs: Infinity });
  if (fault) emulator.injectFault({ method: 'getOperation', name, ...fault });
  const port = wire === 'grpc' ? await emulator.listenGrpc() : wire === 'http' ? await emulator.listenHttp() : 0;
  const program = fileURLToPath(new URL('test/fixtures/exit/wait.js', root));
  // Once fetch is used, Node does not exit before V8 has optimized the parser inside it, which takes some 200 ms.
  const args = ['--liftoff-only', program, wire, String(port), name, wait, String(delayMs), close ? 'close' : 'leave'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // One that stays is ended here, and has no exit code then.
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() =>
    clearTimeout(timer),
  );
  return {
    name,
    exited,
    arrived: () => emulator.calls.some((call) => call.name === name),
    said: (event: string) => output.split('\n').includes(event),
    abort: () => child.kill('SIGUSR2'),
    async report(): Promise<Report> {
      const exitCode = await exited;
      expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 0 });
      return JSON.parse(output.trim().split('\n').at(-1)!) as Report;
    },
  };
}

const hang = { hang: true };
const unavailable = { times: Infinity, status: { code: Code.UNAVAILABLE } };
const halfABody = { bodyDelayMs: Infinity };

interface Row {
  readonly phase: string;
  readonly wire: Task['wire'];
  readonly fault?: Fault;
  readonly wait?: Task['wait'];
  /** What the program says when it has come so far; else when its call arrives. */
  readonly event?: string;
  readonly givenUp: boolean;
}

const rows: readonly Row[] = (['grpc', 'http'] as const).flatMap((wire) => [
  { phase: 'in flight', wire, fault: hang, givenUp: true },
  { phase: 'in a wait at the server', wire, wait: 'auto', givenUp: true },
  { phase: 'asleep', wire, event: 'poll', givenUp: false },
  { phase: 'between two attempts', wire, fault: unavailable, event: 'retry', givenUp: false },
  ...(wire === 'http' ? [{ phase: 'while the body streams', wire, fault: halfABody, givenUp: true }] : []),
]);

describe('a program that aborts', () => {
  it.each(rows)(
    '$phase over $wire exits by itself',
    async (row) => {
      const { wire, fault, wait, event, givenUp } = row;
      // With a request open, whether or not it closes the client; else it need not anyway.
      const clientCloses = givenUp ? [true, false] : [false];
      await Promise.all(
        clientCloses.map(async (close) => {
          const program = await start({ wire, wait, delayMs: 60_000, close }, fault);
          const reached = event === undefined ? program.arrived : () => program.said(event);
          await Promise.race([until(reached), program.exited]);
          program.abort();
          const { outcome, settledMs, exitMs } = await program.report();
          expect(outcome).toBe('aborted');
          expect(settledMs).toBeLessThan(250);
          expect(exitMs).toBeLessThan(500);
        }),
      );
      expect(emulator.calls).toHaveLength(clientCloses.length);
      await until(() => emulator.calls.every(({ aborted = false }) => aborted === givenUp));
    },
    30_000,
  );
});

describe('a program that waits', () => {
  it.each(['memory', 'grpc', 'http'] as const)(
    'over %s stays until it has its response, with nothing but a timer most of the time',
    async (wire) => {
      const program = await start({ wire, delayMs: 300 });
      if (wire !== 'memory') {
        await until(program.arrived);
        emulator.complete(program.name);
      }
      // Had it gone too soon, Node would have ended it with the code 13.
      expect(await program.report()).toMatchObject({ outcome: 'response' });
    },
    30_000,
  );
});
