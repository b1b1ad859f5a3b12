// A clock that two processes share: a number in a file that both have open. The write is complete before the next request
// is sent, so the server reads the current time, and it costs very little on either side.
import { openSync, readSync, writeSync } from 'node:fs';

const bytes = Buffer.alloc(8);

/** @returns a function that sets the time. */
export function writableTime(path: string): (ms: number) => void {
  const file = openSync(path, 'w');
  return (ms) => {
    bytes.writeDoubleLE(ms);
    writeSync(file, bytes, 0, 8, 0);
  };
}

/** @returns a function that reads the time; 0 before it was set. */
export function readableTime(path: string): () => number {
  const file = openSync(path, 'r');
  return () => (readSync(file, bytes, 0, 8, 0) === 8 ? bytes.readDoubleLE() : 0);
}
