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
import { bullOptions, endedQueueName, openStore } from './stores.js';
import { connectDelayMs, WorkerConnections, type Connected } from './worker-connections.js';

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
  readonly #clients: ServiceClients;
  readonly #connections: WorkerConnections;
  readonly #starting: Promise<void>;

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
    this.#clients = new ServiceClients(options.clients);
    this.#connections = new WorkerConnections(() => this.#connect(), options.onError);
    this.#starting = this.#start();
  }

  #connect(): Connected {
    const store = openStore(this.name, this.#options);
    return { store, workers: [this.#pollingWorker(store), this.#handlingWorker(store)] };
  }

  async #start(): Promise<void> {
    await this.#connections.ready;
    if (this.#connections.isClosing()) return;
    this.#check().catch((error: unknown) => callSafely(this.#options.onEvent, { type: 'error', error }));
  }

  #pollingWorker(store: Store): Worker {
    const { batchSize, pollConcurrency, pollLockMs, maxFailingMs, maxResultBytes, attempts, attemptDelayMs } =
      this.#settings;
    const { process } = new BatchProcessor({
      store,
      clients: this.#clients,
      limits: { ...defaultLimits, maxOperations: batchSize },
      pollLimits: { maxFailingMs, maxResultBytes },
      endedJobs: { attempts, attemptDelayMs },
      onEvent: this.#options.onEvent,
      onRunning: this.#options.onProgress && this.#reportProgress,
    });
    return new Worker<BatchData>(this.name, process, {
      ...bullOptions(this.#options),
      autorun: false,
      ...lockOptions(pollLockMs),
      concurrency: pollConcurrency,
      // A batch whose worker died is processed again, however often that happens.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
  }

  #handlingWorker(store: Store): Worker {
    const { concurrency, handlerLockMs, rememberMs } = this.#settings;
    const { types, onDone, onEvent } = this.#options;
    const { process } = new EndedProcessor({
      claims: store.claims,
      clients: this.#clients,
      types,
      onDone: onDone as EndedProcessorOptions['onDone'],
      rememberMs,
      onEvent,
    });
    return new Worker(endedQueueName(this.name), process, {
      ...bullOptions(this.#options),
      autorun: false,
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
  async #check(): Promise<void> {
    const { onEvent } = this.#options;
    const { claims } = this.#connections.store;
    for (const service of await claims.services()) {
      if (!this.#clients.find(service)) callSafely(onEvent, { type: 'missing-client', service });
    }
    const differenceMs = Date.now() - (await claims.owners([])).nowMs;
    if (Math.abs(differenceMs) > maxClockDifferenceMs) callSafely(onEvent, { type: 'clock-differs', differenceMs });
  }

  /** Resolves when the worker is connected. */
  async waitUntilReady(): Promise<void> {
    await this.#starting;
  }

  /**
   * Takes no more jobs, waits until those under way have ended, and closes the connections. The clients stay open. If Redis
   * does not answer for some seconds, it does not wait: other workers take the jobs when their locks expire.
   */
  close(): Promise<void> {
    return this.#connections.close();
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

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
    runRetryDelay: connectDelayMs,
  } satisfies Partial<WorkerOptions>;
}
