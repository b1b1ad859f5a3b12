import { rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 20;
const maxWaitMs = 5000;
/** A lock is held for milliseconds: an older one is of a process that was killed. */
const staleMs = 10_000;

/**
 * Runs a function while no other process that uses this lock does.
 *
 * @param file - the lock is a file beside it.
 * @throws Error if the lock cannot be taken.
 */
export async function withLock(file: string, run: () => void): Promise<void> {
  const lock = `${file}.lock`;
  for (let waitedMs = 0; !tryLock(lock); waitedMs += retryMs) {
    if (waitedMs >= maxWaitMs) throw new Error(`'${lock}' is held by another process`);
    await sleep(retryMs);
  }
  try {
    run();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const stats = statSync(lock, { throwIfNoEntry: false });
    if (stats && Date.now() - stats.mtimeMs > staleMs) rmSync(lock, { force: true });
    return false;
  }
}
