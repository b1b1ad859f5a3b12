import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { WorkerProcessOptions } from './worker.js';

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

/** Starts a worker process from the bundle of worker.ts. Its own failures are shown. */
export function startWorkerProcess(file: string, options: WorkerProcessOptions): WorkerProcess {
  const child = fork(file, [JSON.stringify(options)], { execArgv: [] });
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
