#!/usr/bin/env node
import { exitCodeOfSignal } from './outcome.js';
import { run } from './run.js';

const controller = new AbortController();
let interruptedBy: 'SIGHUP' | 'SIGINT' | 'SIGTERM' | undefined;
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  // Not once(): with no listener left, the library that restores the cursor would end the process.
  process.on(signal, () => {
    if (interruptedBy !== undefined) process.exit(exitCodeOfSignal(signal));
    interruptedBy = signal;
    controller.abort();
  });
}

const { stdout, stderr, env } = process;
stdout.on('error', (error: NodeJS.ErrnoException) => endOnWriteError(error));
// A disk that is full has no place for messages either. The result is still of use.
stderr.on('error', (error: NodeJS.ErrnoException) => isClosed(error) && endOnWriteError(error));

function endOnWriteError(error: NodeJS.ErrnoException): never {
  // The reader of a pipe has closed it, such as `head`: there is nothing more to do. (128 + SIGPIPE)
  if (isClosed(error)) process.exit(141);
  process.stderr.write(`longrunning: the output cannot be written: ${error.message}\n`);
  process.exit(3);
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE';
}

const out = (text: string): void => void stdout.write(text);
const err = (text: string): void => void stderr.write(text);
const exitCode = await run(process.argv.slice(2), { stderr, env, out, err }, controller.signal);
// After both streams are written. Nothing that is still open, such as a lookup of credentials, delays the exit.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
process.exit(interruptedBy === undefined ? exitCode : exitCodeOfSignal(interruptedBy));
