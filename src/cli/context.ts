import { fstatSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import type { OperationsClient } from '../client.js';
import type { Command } from './command.js';
import { lineDisplay, silentDisplay, terminalDisplay, type Display } from './display.js';
import type { Row } from './row.js';
import type { JsonOperationInfo } from './types.js';

/** The streams and the environment of the process. */
export interface Io {
  readonly stderr: WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Writes to standard output: results only. */
  out(text: string): void;
  /** Writes to standard error: everything else. */
  err(text: string): void;
}

/** What a command needs to run. */
export interface Context {
  readonly command: Command;
  readonly io: Io;
  readonly client: OperationsClient;
  readonly info: JsonOperationInfo;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Writes a notice, unless --quiet is given. */
export function notice({ command, io }: Context, text: string): void {
  if (!command.quiet) io.err(`${text}\n`);
}

/** Writes an error. */
export function reportError(io: Io, text: string): void {
  io.err(`longrunning: ${text}\n`);
}

function isPipe(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket();
}

/** The display of waits: rewritten lines in a terminal, otherwise a line for each change. */
export async function createDisplay({ command, io }: Context, rows: () => readonly Row[]): Promise<Display> {
  if (command.quiet) return silentDisplay;
  const { stderr, env } = io;
  // Some pseudo-terminals, as of containers, have no size: what fits into them is not known.
  const canRewrite = stderr.isTTY && env.TERM !== 'dumb' && !stderr.getWindowSize().includes(0);
  // The reader of a pipe, such as jq, may write each result to the same terminal, where the next frame would erase it.
  const isStreamed = rows().length > 1 && command.output !== 'json' && isPipe(1);
  if (!canRewrite || isStreamed) return lineDisplay(rows, (text) => io.err(text));
  return terminalDisplay(rows, stderr, env);
}
