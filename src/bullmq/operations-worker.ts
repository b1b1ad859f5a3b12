import { Worker, type WorkerOptions } from 'bullmq';
import type { JsonValue } from '../any.js';
import { anyInfo, toOperation, type RunningOperation } from '../operation.js';
import { BatchProcessor } from './batch-processor.js';
import type { Store } from './batch-jobs.js';
import { defaultLimits, type BatchData } from './batch.js';
import { EndedProcessor, type EndedProcessorOptions } from './ended-processor.js';
import { callSafely } from './events.js';
import {
  readWorkerOptions,
  type OperationsWorkerOptions,
  type OperationTypes,
  type WorkerSettings,
} from './options.js';
import type { RunningState } from './poll-entries.js';
import { ServiceClients } from './service-clients.js';
import { bullOptions, closeStore, endedQueueName, openStore } from './stores.js';

/** The longest clock difference that is not worth an event, in milliseconds. */
const maxClockDifferenceMs = 5000;

/**
 * A worker of an `OperationsQueue`: it polls the operations that are due, and calls the handler for those that ended. Any
 * number of them may run, in any processes.
 *
 * @typeParam D - the data that are added with each operation.
 * @typeParam T - the types of the operations.
 *
 * @example
 * ```ts
 * await using worker = new OperationsWorker('exports', {
 *   connection,
 *   clients: [client],
 *   onDone: async ({ operation, data }) => {
 *     if (operation.result === 'response') await save(data, operation.response);
 *   },
 * });
 * ```
 */
export class OperationsWorker<
  D = JsonValue,
  T extends OperationTypes | undefined = undefined,
> implements AsyncDisposable {
  /** The queue's name. */
  readonly name: string;
  readonly #options: OperationsWorkerOptions<D, T>;
  readonly #settings: WorkerSettings;
  readonly #store: Store;
  readonly #workers: readonly Worker[];
  #closing: Promise<void> | undefined;

  /**
   * Starts the worker.
   *
   * @param name - the queue's name.
   * @throws TypeError or RangeError if an option is invalid, or two clients are for the same service.
   */
  constructor(name: string, options: OperationsWorkerOptions<D, T>) {
    this.#settings = readWorkerOptions(name, options);
    this.name = name;
    this.#options = options;
    const clients = new ServiceClients(options.clients);
    this.#store = openStore(name, options);
    this.#workers = [this.#pollingWorker(clients), this.#handlingWorker(clients)];
    const { onError } = options;
    for (const worker of this.#workers) if (onError) worker.on('error', onError);
    this.#check(clients).catch((error: unknown) => callSafely(options.onEvent, { type: 'error', error }));
  }

  #pollingWorker(clients: ServiceClients): Worker {
    const { batchSize, pollConcurrency, pollLockMs, maxFailingMs, maxResultBytes, attempts, attemptDelayMs } =
      this.#settings;
    const { process } = new BatchProcessor({
      store: this.#store,
      clients,
      limits: { ...defaultLimits, maxOperations: batchSize },
      pollLimits: { maxFailingMs, maxResultBytes },
      endedJobs: { attempts, attemptDelayMs },
      onEvent: this.#options.onEvent,
      onRunning: this.#options.onProgress && this.#reportProgress,
    });
    return new Worker<BatchData>(this.name, process, {
      ...bullOptions(this.#options),
      ...lockOptions(pollLockMs),
      concurrency: pollConcurrency,
      // A batch whose worker died is processed again, however often that happens.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
  }

  #handlingWorker(clients: ServiceClients): Worker {
    const { concurrency, handlerLockMs, rememberMs } = this.#settings;
    const { types, onDone, onEvent } = this.#options;
    const { process } = new EndedProcessor({
      claims: this.#store.claims,
      clients,
      types,
      onDone: onDone as EndedProcessorOptions['onDone'],
      rememberMs,
      onEvent,
    });
    return new Worker(endedQueueName(this.name), process, {
      ...bullOptions(this.#options),
      ...lockOptions(handlerLockMs),
      concurrency,
      // A handler whose process died is called again, however often that happens.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
  }

  /** Calls the listener of progress, unless it was called for this operation a short time ago. */
  readonly #reportProgress = (batch: BatchData, { raw, entry, data }: RunningState): boolean => {
    const { onProgress, types } = this.#options;
    const { progressAtMs = -Infinity } = entry;
    if (Date.now() - progressAtMs < this.#settings.progressIntervalMs) return false;
    const { responseType = '' } = batch.types[entry.type ?? 0] ?? {};
    const info = (types && Object.hasOwn(types, responseType) ? types[responseType] : undefined) ?? anyInfo;
    const operation = toOperation(raw, info, batch.parent + entry.name) as RunningOperation<unknown>;
    callSafely(onProgress, { operation, data: data as D });
    return true;
  };

  /** Reports what keeps this worker from its work: services without a client, and a clock that differs. */
  async #check(clients: ServiceClients): Promise<void> {
    const { onEvent } = this.#options;
    const { claims } = this.#store;
    for (const service of await claims.services()) {
      if (!clients.find(service)) callSafely(onEvent, { type: 'missing-client', service });
    }
    const differenceMs = Date.now() - (await claims.owners([])).nowMs;
    if (Math.abs(differenceMs) > maxClockDifferenceMs) callSafely(onEvent, { type: 'clock-differs', differenceMs });
  }

  /** Resolves when the worker is connected. */
  async waitUntilReady(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  /** Takes no more jobs, waits until those under way have ended, and closes the connections. The clients stay open. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await closeStore(this.#store);
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** When to try again after the connection to Redis has failed, in milliseconds: BullMQ's own default is 15 s. */
const runRetryDelayMs = 1000;

/**
 * How long a job belongs to a worker that does not renew its lock. It is renewed four times in that time, so that a busy machine
 * may skip some, and locks that have expired are looked for as often.
 */
function lockOptions(lockMs: number) {
  const quarterMs = Math.ceil(lockMs / 4);
  return {
    lockDuration: lockMs,
    lockRenewTime: quarterMs,
    stalledInterval: quarterMs,
    runRetryDelay: runRetryDelayMs,
  } satisfies Partial<WorkerOptions>;
}
