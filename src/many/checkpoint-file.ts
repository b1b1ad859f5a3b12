import { assertArgument } from '../arguments.js';
import { isCheckpoint } from './checkpoint-store.js';
import type { Checkpoint } from './start-options.js';

/** The options `checkpoint` and `load` of {@link startAll}, and the `store` of {@link startOrResume}, over a file. */
export interface CheckpointFile {
  /** Appends a checkpoint to the file. Resolves once it is on the disk. */
  readonly checkpoint: (checkpoint: Checkpoint) => Promise<void>;
  /** The checkpoint that was saved last with a key. The first call reads the file. */
  readonly load: (key: string) => Promise<Checkpoint | undefined>;
  /** The same as `checkpoint`. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Appends that the checkpoint with a key is no longer valid. Resolves once it is on the disk. */
  remove(key: string): Promise<void>;
}

/**
 * Keeps the checkpoints of {@link startAll} or {@link startOrResume} in a file, one JSON object a line, the last of a key being valid. A line that was
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
  return new CheckpointLog(read, append);
}

/** A line that removes the checkpoint with a key. */
interface Removal {
  readonly key: string;
  readonly removed: true;
}

/** `checkpoint` and `load` are its own properties: spread into options of `startAll()`, it has no others. */
class CheckpointLog implements CheckpointFile {
  readonly #read: () => Promise<string>;
  readonly #append: (line: string) => Promise<void>;
  #saved: Promise<Map<string, Checkpoint>> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(read: () => Promise<string>, append: (line: string) => Promise<void>) {
    this.#read = read;
    this.#append = append;
  }

  readonly load = async (key: string): Promise<Checkpoint | undefined> => {
    this.#saved ??= this.#read().then(parseCheckpoints);
    try {
      return (await this.#saved).get(key);
    } catch (error) {
      // The next call reads the file again.
      this.#saved = undefined;
      throw error;
    }
  };

  readonly checkpoint = async (checkpoint: Checkpoint): Promise<void> => {
    await this.#write(checkpoint);
    (await this.#saved)?.set(checkpoint.key, checkpoint);
  };

  save(checkpoint: Checkpoint): Promise<void> {
    return this.checkpoint(checkpoint);
  }

  async remove(key: string): Promise<void> {
    await this.#write({ key, removed: true });
    (await this.#saved)?.delete(key);
  }

  async #write(line: Checkpoint | Removal): Promise<void> {
    // One after the other, so that lines do not mix.
    const write = this.#lastWrite.then(() => this.#append(JSON.stringify(line)));
    this.#lastWrite = write.catch(() => undefined);
    await write;
  }
}

function parseCheckpoints(text: string): Map<string, Checkpoint> {
  const checkpoints = new Map<string, Checkpoint>();
  for (const part of text.split('\n')) {
    const line = parseLine(part);
    if (isCheckpoint(line)) checkpoints.set(line.key, line);
    else if (isRemoval(line)) checkpoints.delete(line.key);
  }
  return checkpoints;
}

function isRemoval(line: unknown): line is Removal {
  return (line as Partial<Removal> | null | undefined)?.removed === true;
}

function parseLine(line: string): unknown {
  try {
    // An editor may have written a byte order mark, which trim() removes.
    return JSON.parse(line.trim());
  } catch {
    return undefined; // empty, or cut off
  }
}
