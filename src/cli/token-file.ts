import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ResumeToken } from '../resume-token.js';
import { writeAtomically } from './atomic-write.js';
import { UsageError } from './command.js';
import { isObject } from '../wire/json-object.js';
import { printable } from './printable.js';

/**
 * Reads saved waits: one token, or an array of tokens. Several of one operation, as in files that were joined, are one wait.
 *
 * @param file - a path, or `-` for standard input.
 * @param signal - ends the reading of standard input.
 * @throws {@link UsageError} if there are none. The client checks the fields of each.
 */
export async function readTokens(file: string, signal: AbortSignal): Promise<ResumeToken[]> {
  const tokens = parse(file, await readText(file, signal));
  if (tokens.length === 0) throw new UsageError(`there is no wait in ${shown(file)}`, 'wait');
  return tokens.filter((token, index) => !tokens.slice(0, index).some((one) => isSameWait(one, token)));
}

function isSameWait(one: ResumeToken, other: ResumeToken): boolean {
  return isObject(one) && isObject(other) && one.name === other.name && one.apiEndpoint === other.apiEndpoint;
}

/**
 * Checks before a wait that it can be saved at its end: that may be an hour later.
 *
 * @throws {@link UsageError} if it cannot.
 */
export function assertWritable(file: string): void {
  if (file === '-') return;
  try {
    // A regular file is replaced, in its directory.
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory()) throw new Error(`${shown(file)} is a directory`);
    accessSync(stats && !stats.isFile() ? file : dirname(stats ? realpathSync(file) : file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`the token cannot be saved: ${printable((error as Error).message)}`, 'wait');
  }
}

/**
 * Saves waits in a file, or writes them to standard output.
 *
 * @returns whether the next command can read the file: not a pipe, such as that of `--token <(…)`.
 */
export function writeTokens(file: string, tokens: readonly ResumeToken[]): boolean {
  const json = `${JSON.stringify(tokens.length === 1 ? tokens[0] : tokens)}\n`;
  if (file === '-') {
    process.stdout.write(json);
    return false;
  }
  writeAtomically(file, json);
  return statSync(file).isFile();
}

async function readText(file: string, signal: AbortSignal): Promise<string> {
  try {
    // Not readFileSync(0): it fails if there is no input yet, and a terminal's input may take until Ctrl-C.
    return file === '-' ? await text(addAbortSignal(signal, process.stdin)) : readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the token cannot be read: ${printable((error as Error).message)}`, 'wait');
  }
}

function parse(file: string, json: string): ResumeToken[] {
  try {
    return [JSON.parse(json) as ResumeToken | ResumeToken[]].flat();
  } catch {
    throw new UsageError(`${shown(file)} is not JSON, as --token saves it`, 'wait');
  }
}

function shown(file: string): string {
  return file === '-' ? 'the standard input' : `'${printable(file)}'`;
}
