import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Job, JobResult } from './worker.js';

/** Runs jobs in a process, which is replaced when a mutant has made it unusable. */
export class TestProcess implements AsyncDisposable {
  #worker: ChildProcess | undefined;
  #resolve: ((result: JobResult | undefined) => void) | undefined;
  readonly #script: string;
  readonly #arguments: readonly string[];

  /** @param script - the bundle of worker.ts. */
  constructor(script: string, root: string, mutants: number) {
    this.#script = script;
    this.#arguments = [root, String(mutants)];
  }

  /** Undefined if the job did not end in time, or ended the process. */
  async run(job: Job, limitMs: number): Promise<JobResult | undefined> {
    const worker = (this.#worker ??= this.#start());
    let timer: NodeJS.Timeout | undefined;
    const result = await new Promise<JobResult | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), limitMs);
      this.#resolve = resolve;
      worker.send(job);
    });
    clearTimeout(timer);
    if (!result || result.dirty) await this.#stop();
    return result;
  }

  #start(): ChildProcess {
    // Property tests draw the same each time, and not so often.
    const env = { ...process.env, CI: '1', PROPERTY_RUNS: '40' };
    // A mutant may take all the memory there is.
    const execArgv = ['--max-old-space-size=1000'];
    const worker = fork(this.#script, this.#arguments, { env, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    worker.on('message', (result: JobResult) => this.#resolve?.(result));
    worker.on('exit', () => {
      if (worker === this.#worker) this.#resolve?.(undefined);
    });
    worker.on('error', () => undefined);
    return worker;
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker?.exitCode !== null || worker.signalCode !== null) return;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}
