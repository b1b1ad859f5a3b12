import type { JsonValue } from '../any.js';
import { assertResourceName } from '../arguments.js';
import { readAdded, type Addable, type Added } from './adding.js';
import { addBatch, mergeInto, type Store } from './batch-jobs.js';
import { defaultLimits, makeBatches, tokenOf, waitingOperation, type BatchData } from './batch.js';
import { addEnded } from './ended-jobs.js';
import { operationId } from './ids.js';
import { locate, type Location } from './locate.js';
import {
  assertAddOptions,
  assertBulkItem,
  assertQueueOptions,
  type AddOptions,
  type QueueConnectionOptions,
} from './options.js';
import type { OperationStatus, OperationsCounts } from './status.js';
import { closeStore, openStore } from './stores.js';

/** An operation for `addBulk()`. */
export interface BulkItem<D = JsonValue> extends AddOptions<D> {
  /** The operation's poller, or its token. */
  poller: Addable;
}

/** How the jobs of operations that were done when they were added are processed: as a worker's, by default. */
const endedJobs = { attempts: 10, attemptDelayMs: 1000 };

/**
 * Durable waits: operations that workers wait for, in any process, until their ends are handled. They are kept in Redis by
 * BullMQ.
 *
 * @typeParam D - the data that are added with each operation and passed to the worker's handler.
 *
 * @example
 * ```ts
 * const exports_ = new OperationsQueue('exports', { connection: { host: 'localhost', port: 6379 } });
 * await exports_.add(poller, { data: { orderId: 7 }, totalTimeoutMs: 86_400_000 });
 * ```
 */
export class OperationsQueue<D = JsonValue> implements AsyncDisposable {
  /** The queue's name: that of the workers which wait for its operations. */
  readonly name: string;
  readonly #store: Store;

  /**
   * @param name - the name of the queue: that of its workers. It must not contain a colon.
   * @throws TypeError if an option is invalid, or the connection is to Redis Cluster and the prefix has no hash tag.
   */
  constructor(name: string, options: QueueConnectionOptions) {
    assertQueueOptions(name, options);
    this.name = name;
    this.#store = openStore(name, options);
  }

  /**
   * Adds an operation, once for each service and name: one that is waited for, or was handled a short time ago (see `rememberMs`
   * of the worker), is not added again.
   *
   * @param poller - a poller that nothing has to wait on, or its token.
   * @returns whether it was added now.
   * @throws TypeError or RangeError if an argument is invalid.
   */
  async add(poller: Addable, options: AddOptions<D> = {}): Promise<boolean> {
    assertAddOptions(options);
    return (await this.#add([{ poller, options }])) === 1;
  }

  /**
   * Adds many operations: those of one service and parent in batches, each of them in one transaction.
   *
   * @returns how many were added now.
   * @throws TypeError or RangeError if an argument is invalid: then none was added.
   */
  async addBulk(items: Iterable<BulkItem<D>>): Promise<number> {
    const list = [...items];
    list.forEach((item) => assertBulkItem(item));
    return this.#add(list.map(({ poller, ...options }) => ({ poller, options })));
  }

  async #add(items: readonly { readonly poller: Addable; readonly options: AddOptions<D> }[]): Promise<number> {
    const store = this.#store;
    const { nowMs } = await store.claims.owners([]);
    const added = uniqueOperations(items.map(({ poller, options }) => readAdded(poller, options, nowMs)));
    const waiting = added.flatMap((one) => ('waiting' in one ? one.waiting : []));
    let count = 0;
    for (const batch of makeBatches(waiting, defaultLimits)) count += await addBatch(store, batch, nowMs);
    for (const one of added) {
      if ('ended' in one) count += await addEnded(store, one.ended, endedJobs);
    }
    return count;
  }

  /**
   * Returns what is known of an operation; undefined if it was not added, was removed, or is forgotten.
   *
   * @throws TypeError if the name is invalid.
   */
  async get(name: string): Promise<OperationStatus<D> | undefined> {
    assertResourceName('get an operation', name);
    const found = await locate(this.#store, name);
    return found && statusOf(name, found);
  }

  /**
   * Ends the wait for an operation without an outcome. The operation itself goes on. A handler that runs already is not
   * stopped.
   *
   * @returns whether it was waited for.
   * @throws TypeError if the name is invalid.
   */
  async remove(name: string): Promise<boolean> {
    assertResourceName('remove an operation', name);
    const found = await locate(this.#store, name);
    if (!found) return false;
    const wasPending = await this.#store.claims.finish(found.id, 0);
    if (found.in === 'ended') await this.#store.ended.remove(found.id);
    return wasPending;
  }

  /**
   * Makes a worker send a CancelOperation, at once. The handler gets the actual outcome: the operation may still succeed. If
   * the request fails, the wait goes on (see the worker's event `cancel-failed`).
   *
   * @returns whether the operation is waited for.
   * @throws TypeError if the name is invalid.
   */
  async cancel(name: string): Promise<boolean> {
    assertResourceName('cancel an operation', name);
    const { claims } = this.#store;
    for (;;) {
      const found = await locate(this.#store, name);
      if (found?.in !== 'batch') return false;
      const { id, jobId, batch, entry } = found;
      const { nowMs } = await claims.owners([]);
      // In a batch of its own: no worker has a copy of it that it could save after this.
      const cancelled = waitingOperation(batch, { ...entry, cancel: true, dueAtMs: nowMs });
      const [next] = makeBatches([cancelled]) as [BatchData];
      if ((await mergeInto(this.#store, next, [[id, jobId]], nowMs)) === 1) return true;
    }
  }

  /** Returns how many operations there are, by state. The numbers are read one after the other. */
  async counts(): Promise<OperationsCounts> {
    const { claims, batches, ended } = this.#store;
    const [pending, batchJobs, endedJobCounts] = await Promise.all([
      claims.count(),
      batches.getJobCounts('waiting', 'delayed', 'prioritized', 'active'),
      ended.getJobCounts('waiting', 'delayed', 'prioritized', 'active', 'failed'),
    ]);
    const { failed = 0, ...rest } = endedJobCounts;
    const sum = (counts: Readonly<Record<string, number>>): number =>
      Object.values(counts).reduce((total, one) => total + one, 0);
    const endedCount = sum(rest);
    return { running: Math.max(0, pending - endedCount - failed), ended: endedCount, failed, batches: sum(batchJobs) };
  }

  /** Closes the connections. The operations stay in Redis. */
  async close(): Promise<void> {
    await closeStore(this.#store);
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Each operation once: the first of several. */
function uniqueOperations(added: readonly Added[]): Added[] {
  const byId = new Map<string, Added>();
  for (const one of added) {
    const { name, apiEndpoint = '' } = 'waiting' in one ? one.waiting.token : one.ended.token;
    const id = operationId(apiEndpoint, name);
    if (!byId.has(id)) byId.set(id, one);
  }
  return [...byId.values()];
}

/** The status of an operation, from where it was found. */
function statusOf<D>(name: string, found: Location): OperationStatus<D> | undefined {
  if (found.in === 'memory') return { name, state: 'handled' };
  if (found.in === 'ended') {
    const { failedReason, finishedOn, data } = found.job;
    const hasFailed = finishedOn !== undefined;
    return {
      name,
      state: hasFailed ? 'failed' : 'ended',
      token: data.token,
      data: data.data as D,
      ...(hasFailed && { failedReason }),
    };
  }
  const { batch, entry } = found;
  const { polls = 0, dueAtMs: nextPollAtMs, failure } = entry;
  const token = tokenOf(batch, entry);
  const reason = failure && `${failure.method}: ${failure.message}`;
  return {
    name,
    state: 'running',
    token,
    data: entry.data as D,
    polls,
    nextPollAtMs,
    ...(reason !== undefined && { lastFailure: reason }),
  };
}
