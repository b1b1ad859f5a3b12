import type { Worker } from 'bullmq';
import type { Store } from './batch-jobs.js';
import { closeQueue, closeWorker } from './close.js';
import { closeStore } from './stores.js';

/** When to try again after the connection to Redis has failed, in milliseconds: BullMQ's own default is 15 s. */
export const connectDelayMs = 1000;

/** The queues and the workers of BullMQ that a worker has open. */
export interface Connected {
  readonly store: Store;
  readonly workers: readonly Worker[];
}

/**
 * Connects a worker to Redis and runs BullMQ's workers. A connection that breaks while it is made is lost for BullMQ: then all
 * are closed and made anew.
 */
export class WorkerConnections {
  /** Fulfilled when the workers run, or are closed. */
  readonly ready: Promise<void>;
  readonly #connect: () => Connected;
  readonly #onError: ((error: Error) => void) | undefined;
  #connected: Connected;
  #closing: Promise<void> | undefined;

  /** @param connect - makes queues and workers that do not run yet. */
  constructor(connect: () => Connected, onError: ((error: Error) => void) | undefined) {
    this.#connect = connect;
    this.#onError = onError;
    this.#connected = this.#open();
    this.ready = this.#run();
  }

  get store(): Store {
    return this.#connected.store;
  }

  isClosing(): boolean {
    return this.#closing !== undefined;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  #open(): Connected {
    const connected = this.#connect();
    for (const worker of connected.workers) if (this.#onError) worker.on('error', this.#onError);
    return connected;
  }

  async #run(): Promise<void> {
    while (!(await this.#isReady())) {
      if (this.isClosing()) return;
      await new Promise((resolve) => setTimeout(resolve, connectDelayMs));
      if (this.isClosing()) return;
      this.#connected = this.#open();
    }
    if (this.isClosing()) return;
    for (const worker of this.#connected.workers)
      worker.run().catch((error: unknown) => this.#onError?.(error as Error));
  }

  async #isReady(): Promise<boolean> {
    const { store, workers } = this.#connected;
    const queues = [store.batches, store.ended];
    try {
      await Promise.all([...queues, ...workers].map((one) => one.waitUntilReady()));
      return true;
    } catch (error) {
      if (this.isClosing()) return false;
      this.#onError?.(error as Error);
      // Not awaited: one that reconnects may take its time.
      for (const closing of [...queues.map(closeQueue), ...workers.map((one) => one.close(true))]) {
        closing.catch(() => undefined);
      }
      return false;
    }
  }

  async #close(): Promise<void> {
    const { workers, store } = this.#connected;
    await Promise.all(workers.map((worker) => closeWorker(worker)));
    await closeStore(store);
  }
}
