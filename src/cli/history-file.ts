import { readFileSync } from 'node:fs';
import { durationHistory, type LearnedHistory, type SavedHistory } from '../history/index.js';
import { writeAtomically } from './atomic-write.js';
import { reportError, type Io } from './context.js';
import { withLock } from './file-lock.js';
import { printable } from './printable.js';

/** The durations of past operations, in a file that several processes may share. */
export interface HistoryFile {
  readonly history: LearnedHistory;
  /** Adds to the file what was learned. */
  save(): Promise<void>;
}

/**
 * Opens a file of durations; one that does not exist, or is empty, is a history without any. A history only makes waits better:
 * a file that cannot be read or written is a warning. It stays as it is.
 */
export function openHistory(file: string, io: Io): HistoryFile | undefined {
  const warn = (error: unknown, problem: string): void =>
    reportError(io, `the history '${printable(file)}' ${problem}: ${printable((error as Error).message)}`);
  let history: LearnedHistory;
  try {
    history = read(file);
  } catch (error) {
    warn(error, 'cannot be read and is not used');
    return undefined;
  }
  const before = JSON.stringify(history);
  return {
    history,
    async save() {
      if (JSON.stringify(history) === before) return;
      try {
        // Others may have written since. What both know counts once.
        await withLock(file, () => writeAtomically(file, `${JSON.stringify(read(file).merge(history))}\n`));
      } catch (error) {
        warn(error, 'cannot be written');
      }
    },
  };
}

function read(file: string): LearnedHistory {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return durationHistory(text.trim() === '' ? undefined : (JSON.parse(text) as SavedHistory));
}
