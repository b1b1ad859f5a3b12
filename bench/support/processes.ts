import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The first message of a process; rejects if the process ends without one. */
export async function messageOf<T>(child: ChildProcess): Promise<T> {
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), exit])) as [T];
  exit.catch(() => undefined);
  return message;
}
