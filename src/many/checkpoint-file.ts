import { assertArgument } from '../arguments.js';
import { isCheckpoint } from './checkpoint-store.js';
import type { Checkpoint } from './start-options.js';

/** The options `checkpoint` and `load` of {@link startAll}, over a file. */
export interface CheckpointFile {
  /** Appends a checkpoint to the file. Resolves once it is on the disk. */
  readonly checkpoint: (checkpoint: Checkpoint) => Promise<void>;
  /** The checkpoint that was saved last with a key. The first call reads the file. */
  readonly load: (key: string) => Promise<Checkpoint | undefined>;
}

/**
 * Keeps the checkpoints of {@link startAll} in a file, one JSON object a line, the last of a key being valid. A line that was
 * cut off when the process ended is ignored: the step after it has not been taken. The file is created with the first
 * checkpoint, for its owner only. One process at a time may use it.
 *
 * Node.js only: it loads `node:fs/promises` when it is called.
 *
 * @param path - the file; its directory must exist.
 * @throws TypeError if the path is not a non-empty string, or the platform is not Node.js.
 *
 * @example
 * ```ts
 * const file = checkpointFile('exports.jsonl');
 * for await (const { input, operation } of startAll(names, start, { ...file, resume })) console.log(input, operation.result);
 * ```
 */
export function checkpointFile(path: string): CheckpointFile {
  const action = 'keep checkpoints';
  assertArgument(typeof path === 'string' && path !== '', action, 'path', 'a non-empty string', path);
  const fs = (globalThis as { process?: Partial<NodeJS.Process> }).process?.getBuiltinModule?.('node:fs/promises');
  if (!fs) throw new TypeError('Cannot keep checkpoints in a file as the platform is not Node.js 20.16 or later');
  const read = async (): Promise<string> => {
    try {
      return await fs.readFile(path, 'utf8');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return '';
      throw error;
    }
  };
  // In a line of its own, whatever the end of the file is.
  const append = async (line: string): Promise<void> => {
    const file = await fs.open(path, 'a', 0o600);
    try {
      await file.appendFile(`\n${line}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  };
  return checkpointsOver(read, append);
}

function checkpointsOver(read: () => Promise<string>, append: (line: string) => Promise<void>): CheckpointFile {
  let saved: Promise<Map<string, Checkpoint>> | undefined;
  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    load: async (key) => (await (saved ??= read().then(parseCheckpoints))).get(key),
    checkpoint: async (checkpoint) => {
      // One after the other, so that lines do not mix.
      const write = lastWrite.then(() => append(JSON.stringify(checkpoint)));
      lastWrite = write.catch(() => undefined);
      await write;
      (await saved)?.set(checkpoint.key, checkpoint);
    },
  };
}

function parseCheckpoints(text: string): Map<string, Checkpoint> {
  const checkpoints = new Map<string, Checkpoint>();
  for (const line of text.split('\n')) {
    const checkpoint = parseLine(line);
    if (isCheckpoint(checkpoint)) checkpoints.set(checkpoint.key, checkpoint);
  }
  return checkpoints;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // empty, or cut off
  }
}
