import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Resolves with the first message of a child process; rejects if the process exits without one. */
export async function messageOf<T>(child: ChildProcess): Promise<T> {
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`a child process of the benchmark exited with ${String(code)}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), exit])) as [T];
  exit.catch(() => undefined);
  return message;
}
