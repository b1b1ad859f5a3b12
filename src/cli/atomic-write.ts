import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';

/**
 * Writes a file as a whole: another process sees the old content or the new one, and if it fails the old one remains. What is
 * not a regular file, such as a pipe, is written to directly.
 */
export function writeAtomically(file: string, text: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) return writeFileSync(file, text);
  replace(stats ? realpathSync(file) : file, text, stats);
}

function replace(path: string, text: string, stats: Stats | undefined): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    if (stats) chmodSync(temporary, stats.mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
