// The time of one process, seen by another: a number in a file that both have open. Writing it is done when the write
// returns, so whoever is sent a request after that sees it, and it costs next to nothing on either side.
import { openSync, readSync, writeSync } from 'node:fs';

const bytes = Buffer.alloc(8);

/** @returns sets the time. */
export function writableTime(path: string): (ms: number) => void {
  const file = openSync(path, 'w');
  return (ms) => {
    bytes.writeDoubleLE(ms);
    writeSync(file, bytes, 0, 8, 0);
  };
}

/** @returns reads the time; 0 before it was set. */
export function readableTime(path: string): () => number {
  const file = openSync(path, 'r');
  return () => (readSync(file, bytes, 0, 8, 0) === 8 ? bytes.readDoubleLE() : 0);
}
