import type { ConnectionOptions } from 'bullmq';
import type { Any, JsonValue, OperationInfo } from '../any.js';
import {
  assertArgument,
  assertFiniteNumber,
  assertKnownOptions,
  assertNumber,
  type OptionNames,
} from '../arguments.js';
import { OperationsClient } from '../client.js';
import type { SettledOperation } from '../many/settle-wait.js';
import type { RunningOperation } from '../operation.js';
import type { ResumeToken } from '../resume-token.js';
import type { WorkerListener } from './events.js';

/** Where a queue is. */
export interface QueueConnectionOptions {
  /** The connection to Redis, as BullMQ takes it: its options, or a client of ioredis or node-redis. */
  connection: ConnectionOptions;
  /**
   * The beginning of all keys. With Redis Cluster it must contain a hash tag, such as `{bull}`.
   * @defaultValue `'bull'`
   */
  prefix?: string | undefined;
  /** Called with errors of the connection. By default BullMQ prints them. */
  onError?: ((error: Error) => void) | undefined;
}

/** Options of an operation that is added. */
export interface AddOptions<D = JsonValue> {
  /** Passed to the handler. It is saved with each poll of its batch, so keep it small: an id, not a document. */
  data?: D | undefined;
  /**
   * The time limit, in milliseconds from now. After it the outcome is unknown, with a `PollingTimeoutError` as its reason.
   * @defaultValue none
   */
  totalTimeoutMs?: number | undefined;
  /**
   * The priority of the jobs, as BullMQ has it: 1 is the highest.
   * @defaultValue none
   */
  priority?: number | undefined;
}

/** The types of operations, by the full name of the response's type. */
export type OperationTypes = Readonly<Record<string, OperationInfo<unknown, unknown>>>;

/** An operation that ended. */
export interface EndedOperation<R = Any, M = Any, D = JsonValue> {
  /** The outcome; `result` narrows it: `'response'`, `'error'` or `'unknown'`. */
  readonly operation: SettledOperation<R, M>;
  /** The data that were added with the operation. */
  readonly data: D;
  /** The operation's token: its name, its service and its types. */
  readonly token: ResumeToken;
  /** 1 for the first call, 2 after the first that failed. */
  readonly attempt: number;
  /** Aborted when BullMQ cancels the job. */
  readonly signal: AbortSignal;
}

/** The ended operation that the handler gets, for each of the types. */
export type EndedOperationOf<T extends OperationTypes | undefined, D> = T extends OperationTypes
  ? { [K in keyof T]: T[K] extends OperationInfo<infer R, infer M> ? EndedOperation<R, M, D> : never }[keyof T]
  : EndedOperation<Any, Any, D>;

/** A running operation whose progress is reported. */
export interface ProgressReport<D = JsonValue> {
  /** Its state; the metadata are decoded by the worker's `types`. */
  readonly operation: RunningOperation<unknown>;
  /** The data that were added with the operation. */
  readonly data: D;
}

/** Options of an `OperationsWorker`. */
export interface OperationsWorkerOptions<
  D = JsonValue,
  T extends OperationTypes | undefined = undefined,
> extends QueueConnectionOptions {
  /**
   * The clients that poll, one for each service: chosen by the service's host. Make them with `coalesce: true` if the service
   * has ListOperations.
   */
  clients: readonly OperationsClient[];
  /** The types of the operations, by the name of the response's type. By default all are `Any`. */
  types?: T | undefined;
  /**
   * Called with each operation that ended. If it throws or rejects, it is called again. At least once for each operation, and
   * once unless the process dies before its end is recorded.
   */
  onDone: (ended: EndedOperationOf<T, D>) => unknown;
  /** Called with the state of running operations, at most every `progressIntervalMs` for each. Exceptions are ignored. */
  onProgress?: ((report: ProgressReport<D>) => unknown) | undefined;
  /**
   * The least time between two calls of `onProgress` for one operation, in milliseconds.
   * @defaultValue 10000
   */
  progressIntervalMs?: number | undefined;
  /** Called with what the worker does. Exceptions are ignored. */
  onEvent?: WorkerListener | undefined;
  /**
   * How many handlers run at once.
   * @defaultValue 10
   */
  concurrency?: number | undefined;
  /**
   * How many batches are polled at once.
   * @defaultValue 20
   */
  pollConcurrency?: number | undefined;
  /**
   * How many operations a batch holds at most.
   * @defaultValue 200
   */
  batchSize?: number | undefined;
  /**
   * How often a handler is called until its job counts as failed.
   * @defaultValue 10
   */
  attempts?: number | undefined;
  /**
   * The delay after the first failed call of a handler, in milliseconds. It doubles with each further one.
   * @defaultValue 1000
   */
  attemptDelayMs?: number | undefined;
  /**
   * How long requests about an operation may fail until its outcome is unknown, in milliseconds. An operation that the service
   * does not know ends so after three requests.
   * @defaultValue 3600000 (an hour)
   */
  maxFailingMs?: number | undefined;
  /**
   * How long an operation is remembered after it was handled, in milliseconds: until then it cannot be added again.
   * @defaultValue 86400000 (a day)
   */
  rememberMs?: number | undefined;
  /**
   * The largest result that is saved in a job, in bytes of JSON. A larger one is requested again before the handler is called.
   * @defaultValue 100000
   */
  maxResultBytes?: number | undefined;
  /**
   * After how long a batch whose worker died may be polled by another, in milliseconds. A worker that blocks its event loop for
   * longer loses its batches to others, which poll them again: that costs requests, but no end is handed over twice.
   * @defaultValue 3000
   */
  pollLockMs?: number | undefined;
  /**
   * After how long an operation whose handler's process died may be handled by another, in milliseconds. A handler that blocks
   * the event loop for longer runs twice.
   * @defaultValue 30000
   */
  handlerLockMs?: number | undefined;
}

const connectionNames: OptionNames<QueueConnectionOptions> = { connection: true, prefix: true, onError: true };
const addNames: OptionNames<AddOptions> = { data: true, totalTimeoutMs: true, priority: true };
const workerNames: OptionNames<OperationsWorkerOptions> = {
  ...connectionNames,
  clients: true,
  types: true,
  onDone: true,
  onProgress: true,
  progressIntervalMs: true,
  onEvent: true,
  concurrency: true,
  pollConcurrency: true,
  batchSize: true,
  attempts: true,
  attemptDelayMs: true,
  maxFailingMs: true,
  rememberMs: true,
  maxResultBytes: true,
  pollLockMs: true,
  handlerLockMs: true,
};

/** The numbers of a worker, with their defaults and minimums. */
const numbers = {
  progressIntervalMs: [10_000, 0],
  concurrency: [10, 1],
  pollConcurrency: [20, 1],
  batchSize: [200, 1],
  attempts: [10, 1],
  attemptDelayMs: [1000, 0],
  maxFailingMs: [3_600_000, 0],
  rememberMs: [86_400_000, 0],
  maxResultBytes: [100_000, 0],
  pollLockMs: [3000, 100],
  handlerLockMs: [30_000, 100],
} as const;

/** The numbers of {@link OperationsWorkerOptions}, with defaults applied. */
export type WorkerSettings = { readonly [K in keyof typeof numbers]: number };

/** What options of a connection, and clients of ioredis and of its clusters, have. */
interface ClientShape {
  readonly isCluster?: boolean;
  readonly keyPrefix?: string;
  readonly options?: {
    readonly keyPrefix?: string;
    readonly maxRetriesPerRequest?: number | null;
    readonly redisOptions?: { readonly keyPrefix?: string; readonly maxRetriesPerRequest?: number | null };
  };
}

/**
 * Checks where a queue is.
 *
 * @throws TypeError if an option is invalid, or the connection is to a cluster and the prefix has no hash tag.
 */
function assertConnection(action: string, name: unknown, options: QueueConnectionOptions, names: object): void {
  assertKnownOptions(action, options, names);
  assertArgument(typeof name === 'string' && /^[^:]+$/.test(name), action, 'name', 'a text without a colon', name);
  const { connection, prefix = 'bull', onError } = options;
  const isObject = typeof connection === 'object' && (connection as unknown) !== null;
  assertArgument(isObject, action, 'connection', 'options or a client of Redis', connection);
  assertArgument(typeof prefix === 'string' && prefix !== '', action, 'prefix', 'a non-empty string', prefix);
  const { isCluster, keyPrefix, options: clientOptions } = connection as ClientShape;
  const hasPrefix = [keyPrefix, clientOptions?.keyPrefix].some(Boolean);
  assertArgument(
    !hasPrefix,
    action,
    'connection',
    "one without a keyPrefix: use 'prefix' instead",
    keyPrefix ?? 'a client',
  );
  const hasTag = isCluster !== true || /\{.+\}/.test(prefix);
  assertArgument(hasTag, action, 'prefix', "one with a hash tag, such as '{bull}', for Redis Cluster", prefix);
  assertArgument(['function', 'undefined'].includes(typeof onError), action, 'onError', 'a function', onError);
}

/** @throws TypeError or RangeError if an option is invalid. */
export function assertQueueOptions(name: string, options: QueueConnectionOptions): void {
  assertConnection('make a queue', name, options, connectionNames);
}

/** @throws TypeError or RangeError if an option is invalid. */
export function assertAddOptions(options: AddOptions<unknown>, names: object = addNames): void {
  const action = 'add an operation';
  assertKnownOptions(action, options, names);
  assertNumber(action, 'totalTimeoutMs', options.totalTimeoutMs ?? Infinity, -Infinity);
  if (options.priority !== undefined) assertFiniteNumber(action, 'priority', options.priority, 0);
}

/** @throws TypeError or RangeError if an option is invalid. */
export function assertBulkItem(item: { poller: unknown } & AddOptions<unknown>): void {
  assertAddOptions(item, { ...addNames, poller: true });
}

/**
 * Checks the options of a worker.
 *
 * @throws TypeError or RangeError if one is invalid.
 */
export function readWorkerOptions<D, T extends OperationTypes | undefined>(
  name: string,
  options: OperationsWorkerOptions<D, T>,
): WorkerSettings {
  const action = 'make a worker';
  assertConnection(action, name, options, workerNames);
  const { options: clientOptions } = options.connection as ClientShape;
  const { maxRetriesPerRequest } = clientOptions?.redisOptions ?? clientOptions ?? {};
  const rule = 'a client with maxRetriesPerRequest: null, which waits for Redis as long as it takes';
  assertArgument(!maxRetriesPerRequest, action, 'connection', rule, `one with ${maxRetriesPerRequest}`);
  const { clients, types, onDone } = options;
  const areClients =
    Array.isArray(clients) && clients.length > 0 && clients.every((one) => one instanceof OperationsClient);
  assertArgument(areClients, action, 'clients', 'an array of OperationsClients', clients);
  assertArgument(types === undefined || types === Object(types), action, 'types', 'an object', types);
  assertArgument(typeof onDone === 'function', action, 'onDone', 'a function', onDone);
  for (const option of ['onProgress', 'onEvent'] as const) {
    const value: unknown = options[option];
    assertArgument(value === undefined || typeof value === 'function', action, option, 'a function', value);
  }
  const settings: Record<string, number> = {};
  for (const [option, [value, min]] of Object.entries(numbers)) {
    settings[option] = options[option as keyof WorkerSettings] ?? value;
    assertFiniteNumber(action, option, settings[option], min);
  }
  return settings as WorkerSettings;
}
