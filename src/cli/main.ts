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
// The reader of a pipe has closed it, such as `head`: there is nothing more to do. (128 + SIGPIPE)
for (const stream of [stdout, stderr]) stream.on('error', () => process.exit(141));

const out = (text: string): void => void stdout.write(text);
const err = (text: string): void => void stderr.write(text);
const exitCode = await run(process.argv.slice(2), { stderr, env, out, err }, controller.signal);
// After both streams are written. Nothing that is still open, such as a lookup of credentials, delays the exit.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
process.exit(interruptedBy === undefined ? exitCode : exitCodeOfSignal(interruptedBy));
