import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './worker.js';

/** Runs jobs in a thread, which is replaced when a mutant has made it unusable. */
export class TestThread implements AsyncDisposable {
  #worker: Worker | undefined;
  #resolve: ((result: JobResult | undefined) => void) | undefined;
  readonly #script: string;
  readonly #data: { readonly root: string; readonly mutants: number };

  /** @param script - the bundle of worker.ts. */
  constructor(script: string, root: string, mutants: number) {
    this.#script = script;
    this.#data = { root, mutants };
  }

  /** Undefined if the job did not end in time, or ended the thread. */
  async run(job: Job, limitMs: number): Promise<JobResult | undefined> {
    const worker = (this.#worker ??= this.#start());
    let timer: NodeJS.Timeout | undefined;
    const result = await new Promise<JobResult | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), limitMs);
      this.#resolve = resolve;
      worker.postMessage(job);
    });
    clearTimeout(timer);
    if (!result || result.dirty) await this.#stop();
    return result;
  }

  #start(): Worker {
    // Property tests draw the same each time, and not so often.
    const env = { ...process.env, CI: '1', PROPERTY_RUNS: '40' };
    const options = { workerData: this.#data, env, execArgv: [], stdout: true, stderr: true };
    const worker = new Worker(this.#script, options);
    worker.on('message', (result: JobResult) => this.#resolve?.(result));
    worker.on('error', () => this.#resolve?.(undefined));
    return worker;
  }

  async #stop(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}
