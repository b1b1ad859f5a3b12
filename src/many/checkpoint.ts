import { invalidArgumentMessage } from '../arguments.js';
import type { ResumeToken } from '../resume-token.js';

/** How far {@link startAll} has come with one input: a plain object that survives `JSON.stringify`. */
export interface Checkpoint {
  /** The input's key. */
  readonly key: string;
  /** The id of the request that starts the operation: a random UUID (version 4), as AIP-155 wants it. */
  readonly requestId: string;
  /** Resumes the wait: the operation was started. */
  readonly token?: ResumeToken;
  /** Whether the end of the operation was given to the caller, who asked for the next: nothing is left to do. */
  readonly done?: true;
}

/**
 * Checks what was loaded for a key.
 *
 * @returns undefined if nothing had been saved.
 * @throws TypeError if it is no checkpoint, or another key's.
 */
export function readCheckpoint(loaded: unknown, key: string): Checkpoint | undefined {
  if (loaded === undefined || loaded === null) return undefined;
  const { key: own, requestId } = loaded as Partial<Checkpoint>;
  if (own === key && typeof requestId === 'string' && requestId !== '') return loaded as Checkpoint;
  throw new TypeError(
    invalidArgumentMessage('start', 'load', `a function that gives the checkpoint of '${key}'`, own ?? loaded),
  );
}
