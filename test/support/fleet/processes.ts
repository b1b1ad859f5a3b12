import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerProcessOptions } from './worker.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

/** Starts a worker process. Its own failures are shown. */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const child = fork(file, [JSON.stringify(options)], {
    cwd: root,
    execArgv: ['--import', './scripts/ts.js', '--disable-warning=ExperimentalWarning'],
  });
  const ended = once(child, 'exit');
  return {
    child,
    ended,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
