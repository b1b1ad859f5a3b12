// Runs the command line as a user does: the program that package.json's `bin` names, as a child process, on the build in
// dist/ (npm run build).
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

const root = new URL('../../', import.meta.url);

/** The path of the program. */
export const program = fileURLToPath(
  new URL(
    (JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { bin: { longrunning: string } }).bin
      .longrunning,
    root,
  ),
);

/** The environment of a user without credentials. */
export const cleanEnvironment: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: '/nonexistent' };

const children = new Set<ChildProcess>();

/** Ends the programs that a failed test left. */
export function endPrograms(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
}

/** A running program, with pipes for its streams. */
export interface RunningProgram {
  readonly stdout: string;
  readonly stderr: string;
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when standard error holds a text. */
  printed(text: string): Promise<void>;
}

/** Starts the program. */
export function start(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; stdin?: string | AsyncIterable<string> } = {},
): RunningProgram {
  const env = { ...cleanEnvironment, ...options.env };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: 'pipe' });
  children.add(child);
  child.stdin.on('error', () => undefined); // the program has ended without reading it
  Readable.from(options.stdin ?? '').pipe(child.stdin);
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (data: string) => (text[stream] += data));
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    get stdout() {
      return text.stdout;
    },
    get stderr() {
      return text.stderr;
    },
    exited,
    kill: (signal) => void child.kill(signal),
    async printed(expected) {
      const found = new Promise<void>((resolve) => {
        const check = (): void => {
          if (text.stderr.includes(expected)) resolve();
        };
        child.stderr.on('data', check);
        check();
      });
      await Promise.race([found, exited]);
      if (!text.stderr.includes(expected)) throw new Error(`'${expected}' was not printed:\n${text.stderr}`);
    },
  };
}

/** Runs the program to its end. */
export async function run(
  args: readonly string[],
  options?: { env?: NodeJS.ProcessEnv; stdin?: string | AsyncIterable<string> },
): Promise<{ stdout: string; stderr: string; exitCode: number | null }> {
  const running = start(args, options);
  const exitCode = await running.exited;
  return { stdout: running.stdout, stderr: running.stderr, exitCode };
}

/** Makes ages, which depend on the machine, the same in every run. */
export function withoutAges(text: string): string {
  return text.replace(/\b\d+ (?:s|min \d\d s|h \d\d min|d \d\d h)\b/g, '<age>');
}

/** What a run printed, as a fixture has it. */
export function transcript(
  command: string,
  { stdout, stderr, exitCode }: { stdout: string; stderr: string; exitCode: number | null },
): string {
  const sections = [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const;
  const text = sections.map(([name, printed]) => (printed === '' ? '' : `--- ${name}\n${printed}`)).join('');
  return withoutAges(`$ ${command}\n${text}--- exit ${String(exitCode)}\n`);
}

/** Compares a text with a fixture. UPDATE_FIXTURES=1 writes the fixture. */
export function expectFixture(file: string, text: string): void {
  const url = new URL(`test/fixtures/cli/${file}`, root);
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(url, text);
  expect(text).toBe(readFileSync(url, 'utf8'));
}
