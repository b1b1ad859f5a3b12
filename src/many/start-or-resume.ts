import type { Any, OperationInfo } from '../any.js';
import { assertArgument, assertOptions, type OptionRules } from '../arguments.js';
import type { OperationsClient } from '../client.js';
import { validateInfo } from '../client-options.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { RawOperation } from '../transport.js';
import type { WaitOptions } from '../waiting/wait.js';
import { validateCheckpoint } from './checkpoint-store.js';
import { waitManyOptionRules } from './options.js';
import { assertPoller } from './pollers.js';
import type { Checkpoint, MaybePromise, StartContext } from './start-options.js';
import { TimeLimit } from './time-limit.js';

/** Keeps checkpoints by their keys: a database, or {@link checkpointFile}. */
export interface CheckpointStoreLike {
  /** Loads the checkpoint that was saved last with a key; undefined or null if there is none. */
  load(key: string): MaybePromise<Checkpoint | null | undefined>;
  /** Saves a checkpoint, in place of an earlier one with the same key. */
  save(checkpoint: Checkpoint): unknown;
  /** Removes the checkpoint with a key. */
  remove(key: string): unknown;
}

/** Options of {@link startOrResume}. */
export interface StartOrResumeOptions<R = Any, M = Any> extends WaitOptions<R, M> {
  /** Identifies the operation in the store, the same in each run of the program. */
  key: string;
  /** Keeps the progress of the operation between the runs. */
  store: CheckpointStoreLike;
  /**
   * Starts the operation, and returns it, its name or its poller. It should send the request id, so that a service which
   * supports request ids does not start a second operation.
   */
  start: (context: StartContext) => MaybePromise<RawOperation | string | LROPoller<R, M>>;
  /** The types of response and metadata; `Any` by default. */
  info?: OperationInfo<R, M> | undefined;
  /** How to poll. Options that are not set are those of the client. */
  polling?: PollingOptions<M> | undefined;
}

const optionRules: OptionRules<StartOrResumeOptions> = {
  ...waitManyOptionRules,
  key: undefined,
  store: undefined,
  start: undefined,
  info: undefined,
  polling: undefined,
};

/**
 * Waits for the operation that an earlier run of the program has started with the same key, or starts it. The store has
 * a request id before the start, the token before the wait, and nothing once the operation is done.
 *
 * A program that is killed at any time can be run again. If it was killed between the start and the saving of the token, it
 * starts the operation once more with the same request id: a service that supports request ids returns the first
 * operation.
 *
 * @param client - its transport reaches the operation.
 * @returns the response.
 * @throws what `poller.promise()` throws; the checkpoint stays unless the operation is done.
 * @throws a `TimeoutError` DOMException if `totalTimeoutMs` expires before the operation was started.
 * @throws the signal's reason if it is aborted; an operation that was started continues.
 * @throws what `start` and the store throw.
 * @throws TypeError or RangeError if an argument is invalid.
 *
 * @example
 * ```ts
 * const response = await startOrResume(client, {
 *   key: 'export-7',
 *   store: checkpointFile('exports.jsonl'),
 *   start: ({ requestId, signal }) => service.export({ name, requestId }, { signal }),
 *   info: exportAgent,
 * });
 * ```
 *
 * @see AIP-155
 */
export async function startOrResume<R = Any, M = Any>(
  client: Pick<OperationsClient, 'poller' | 'resume'>,
  options: StartOrResumeOptions<R, M>,
): Promise<R> {
  validate(client, options);
  const { key, store, signal, onProgress } = options;
  const limit = new TimeLimit(options);
  try {
    const poller = await findOrStart(client, options, limit);
    await poller.pollUntilDone({ signal, onProgress, totalTimeoutMs: limit.remainingMs });
    await limit.runBriefly(() => store.remove(key));
    return await poller.promise();
  } finally {
    limit.dispose();
  }
}

async function findOrStart<R, M>(
  client: Pick<OperationsClient, 'poller' | 'resume'>,
  { key, store, start, info, polling }: StartOrResumeOptions<R, M>,
  limit: TimeLimit,
): Promise<LROPoller<R, M>> {
  const loaded = (await limit.run(() => store.load(key))) ?? undefined;
  if (loaded) validateCheckpoint(loaded, key);
  // One that is done is of `startAll()`.
  const saved = loaded?.done ? undefined : loaded;
  if (saved?.token) return client.resume(saved.token, info, polling);
  const checkpoint = saved ?? { key, requestId: crypto.randomUUID() };
  if (!saved) await limit.run(() => store.save(checkpoint));
  const started = await limit.run((signal) => start({ requestId: checkpoint.requestId, signal }));
  const poller = isPoller(started) ? started : client.poller(started, info, polling);
  // An operation that was returned completed and without a name cannot be resumed.
  if (poller.name !== '') await limit.runBriefly(() => store.save({ ...checkpoint, token: poller.toJSON() }));
  return poller;
}

function isPoller<R, M>(started: RawOperation | string | LROPoller<R, M>): started is LROPoller<R, M> {
  if (!('pollUntilDone' in Object(started))) return false;
  assertPoller('start', 'start()', started);
  return true;
}

function validate<R, M>(client: unknown, options: StartOrResumeOptions<R, M>): void {
  const action = 'start';
  assertOptions(action, options, optionRules as OptionRules<typeof options>);
  const { poller, resume } = Object(client) as Record<string, unknown>;
  const isClient = typeof poller === 'function' && typeof resume === 'function';
  assertArgument(isClient, action, 'client', 'an OperationsClient', client);
  const { key, store, start, info } = options as unknown as Readonly<Record<string, unknown>>;
  assertArgument(typeof key === 'string' && key !== '', action, 'key', 'a non-empty string', key);
  const { load, save, remove } = Object(store) as Record<string, unknown>;
  for (const [option, value] of Object.entries({
    start,
    'store.load': load,
    'store.save': save,
    'store.remove': remove,
  })) {
    assertArgument(typeof value === 'function', action, option, 'a function', value);
  }
  validateInfo(info as OperationInfo<never, never> | undefined);
}
