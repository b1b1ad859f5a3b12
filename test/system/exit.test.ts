// Child processes, on the build in dist/ (npm run build): a pending wait keeps a process alive, and nothing else does.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { OperationsEmulator, type Fault as EmulatorFault } from '../../src/testing/index.js';
import { until } from '../support/grpc-server.js';

const root = new URL('../..', import.meta.url);

type Fault = Omit<EmulatorFault, 'method'>;

interface Task {
  readonly wire: 'memory' | 'grpc' | 'http';
  readonly wait?: 'auto' | 'never' | undefined;
  readonly delayMs: number;
  readonly close?: boolean;
}

/** What the program reports on exit. */
interface Report {
  readonly outcome: string;
  /** Whether the wait settled in the same turn of the event loop as the abort. */
  readonly settledAtOnce: boolean;
  /** How many timers kept the process alive after that. */
  readonly timers: number;
}

let emulator: OperationsEmulator;
const children = new Set<ChildProcess>();

beforeAll(() => {
  if (!existsSync(new URL('dist/index.js', root))) throw new Error('dist/ is missing: npm run build');
});
beforeEach(() => {
  emulator = new OperationsEmulator();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await emulator.close();
});

/** Starts the program with an operation of its own, and an optional fault for its polls. */
async function start({ wire, wait = 'never', delayMs, close = false }: Task, fault?: Fault) {
  const { name } = emulator.start({ durationMs: Infinity });
  if (fault) emulator.injectFault({ method: 'getOperation', name, ...fault });
  const port = wire === 'grpc' ? await emulator.listenGrpc() : wire === 'http' ? await emulator.listenHttp() : 0;
  const program = fileURLToPath(new URL('test/fixtures/exit/wait.js', root));
  const args = [program, wire, String(port), name, wait, String(delayMs), close ? 'close' : 'leave'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  children.add(child);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    name,
    exited,
    arrived: () => emulator.calls.some((call) => call.name === name),
    hasPrinted: (event: string) => output.split('\n').includes(event),
    abort: () => child.kill('SIGUSR2'),
    async report(): Promise<Report> {
      const exitCode = await exited;
      expect({ errors, exitCode }).toEqual({ errors: '', exitCode: 0 });
      return JSON.parse(output.trim().split('\n').at(-1)!) as Report;
    },
  };
}

/** A timer that is left behind keeps the program alive longer than the test waits. */
const hour = 3_600_000;
const hang = { hang: true };
const unavailable = { times: Infinity, status: { code: Code.UNAVAILABLE } };
const halfABody = { bodyDelayMs: Infinity };

interface Row {
  readonly phase: string;
  readonly wire: Task['wire'];
  readonly fault?: Fault;
  readonly wait?: Task['wait'];
  /** The event that the program prints in this phase; without it, the phase begins when its call arrives. */
  readonly event?: string;
  readonly isCallAborted: boolean;
}

const rows: readonly Row[] = (['grpc', 'http'] as const).flatMap((wire) => [
  { phase: 'in flight', wire, fault: hang, isCallAborted: true },
  { phase: 'in a server wait', wire, wait: 'auto', isCallAborted: true },
  { phase: 'between two polls', wire, event: 'poll', isCallAborted: false },
  { phase: 'between two attempts', wire, fault: unavailable, event: 'retry', isCallAborted: false },
  ...(wire === 'http' ? [{ phase: 'while the body streams', wire, fault: halfABody, isCallAborted: true }] : []),
]);

describe('a program that aborts', () => {
  it.each(rows)(
    '$phase over $wire exits by itself',
    async (row) => {
      const { wire, fault, wait, event, isCallAborted } = row;
      // With an open request, the process must exit whether or not the program closes the client.
      const clientCloses = isCallAborted ? [true, false] : [false];
      await Promise.all(
        clientCloses.map(async (close) => {
          const program = await start({ wire, wait, delayMs: hour, close }, fault);
          const reached = event === undefined ? program.arrived : () => program.hasPrinted(event);
          await Promise.race([until(reached), program.exited]);
          program.abort();
          expect(await program.report()).toEqual({ outcome: 'aborted', settledAtOnce: true, timers: 0 });
        }),
      );
      expect(emulator.calls).toHaveLength(clientCloses.length);
      await until(() => emulator.calls.every(({ aborted = false }) => aborted === isCallAborted));
    },
    120_000,
  );
});

describe('a program that waits', () => {
  it.each(['memory', 'grpc', 'http'] as const)(
    'over %s stays alive until the response, with only a timer most of the time',
    async (wire) => {
      const program = await start({ wire, delayMs: 300 });
      if (wire !== 'memory') {
        await until(program.arrived);
        emulator.complete(program.name);
      }
      // If the process exited too early, Node would exit with code 13.
      expect(await program.report()).toMatchObject({ outcome: 'response' });
    },
    120_000,
  );
});
