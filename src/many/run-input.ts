import { invalidArgumentMessage } from '../arguments.js';
import type { LROPoller } from '../poller.js';
import { now } from '../rpc/timer-wheel.js';
import { readCheckpoint, type Checkpoint } from './checkpoint.js';
import { LinkedAbortController } from './linked-abort-controller.js';
import { requirePoller } from './pollers.js';
import { settle, type SettledOperation } from './settle.js';
import type { MaybePromise, StartAllOptions, StartContext, StartResult } from './start-all.js';

/** What starts one operation. */
export type Start<I, R, M> = (input: I, context: StartContext) => MaybePromise<LROPoller<R, M>>;

/** What all inputs of one run have in common. */
export interface Batch<I, R, M> {
  readonly start: Start<I, R, M>;
  readonly options: StartAllOptions<I, R, M>;
  /** Stops everything. */
  readonly batchGroup: LinkedAbortController;
  /** Stops the starts. */
  readonly startGroup: LinkedAbortController;
  /** When the time is used up, on the monotonic clock. */
  readonly deadlineMs: number;
  /** The keys that there have been. */
  readonly keys: Set<string>;
  /** Ends the run, as the caller's store does not do its part. */
  readonly fail: (error: unknown) => void;
}

/** What became of an input, and the checkpoint to save when that has been dealt with. */
export interface Result<I, R, M> {
  readonly started: StartResult<I, R, M>;
  readonly done?: Checkpoint;
}

/**
 * Takes one input from where it stood to its end.
 *
 * @returns undefined if there was nothing left to do.
 * @throws why it was not started, or what the run has been ended with.
 */
export async function runInput<I, R, M>(run: Batch<I, R, M>, input: I): Promise<Result<I, R, M> | undefined> {
  const { load, checkpoint, resume } = run.options;
  const key = load || checkpoint ? keyOf(run, input) : '';
  const saved = await loadCheckpoint(run, key);
  if (saved?.done) return undefined;
  let entry = saved ?? { key, requestId: crypto.randomUUID() };
  let poller: LROPoller<R, M>;
  if (entry.token && resume) {
    try {
      poller = resume(entry.token, input);
      requirePoller('start', 'resume()', poller);
    } catch (reason) {
      const operation = { name: entry.token.name, result: 'unknown', reason, lastOperation: undefined } as const;
      return { started: { input, operation } };
    }
  } else {
    run.batchGroup.signal.throwIfAborted();
    if (!saved) await saveCheckpoint(run, entry);
    poller = await startOperation(run, input, entry.requestId);
    // One that came done and without a name cannot be asked for: its request would have to be sent again.
    if (poller.name !== '') await saveCheckpoint(run, (entry = { ...entry, token: poller.toJSON() }));
  }
  const operation = await waitFor(run, input, poller);
  const started = { input, operation };
  return operation.result === 'unknown' ? { started } : { started, done: { ...entry, done: true } };
}

/** @throws what the run has been ended with, if a checkpoint cannot be saved. */
export async function saveCheckpoint<I, R, M>({ options, fail }: Batch<I, R, M>, entry: Checkpoint): Promise<void> {
  try {
    await options.checkpoint?.(entry);
  } catch (error) {
    fail(error);
    throw error;
  }
}

async function loadCheckpoint<I, R, M>(
  { options, fail }: Batch<I, R, M>,
  key: string,
): Promise<Checkpoint | undefined> {
  try {
    return options.load && readCheckpoint(await options.load(key), key);
  } catch (error) {
    fail(error);
    throw error;
  }
}

function keyOf<I, R, M>({ options, keys, fail }: Batch<I, R, M>, input: I): string {
  const key: unknown = options.key ? options.key(input) : input;
  if (typeof key !== 'string' || key === '') {
    const rule = 'a function that gives non-empty strings where inputs are not';
    const error = new TypeError(invalidArgumentMessage('start', 'key', rule, options.key ? key : options.key));
    if (!options.key) fail(error); // so it would be for all of them
    throw error;
  }
  if (keys.has(key)) throw new RangeError(invalidArgumentMessage('start', 'key', 'another for each input', key));
  keys.add(key);
  return key;
}

/** Starts an operation, and does not wait for an answer longer than the run lasts. */
async function startOperation<I, R, M>(
  { start, startGroup }: Batch<I, R, M>,
  input: I,
  requestId: string,
): Promise<LROPoller<R, M>> {
  const group = new LinkedAbortController(startGroup.signal);
  const { signal } = group;
  try {
    signal.throwIfAborted();
    return await new Promise<LROPoller<R, M>>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      const answer = async (): Promise<LROPoller<R, M>> => start(input, { requestId, signal });
      answer()
        .then((poller) => {
          requirePoller('start', 'start()', poller);
          resolve(poller);
        })
        .catch(reject);
    });
  } finally {
    group.dispose();
  }
}

function waitFor<I, R, M>(run: Batch<I, R, M>, input: I, poller: LROPoller<R, M>): Promise<SettledOperation<R, M>> {
  const { onProgress } = run.options;
  return settle(poller, {
    signal: run.batchGroup.signal,
    totalTimeoutMs: Math.max(0, run.deadlineMs - now()),
    onProgress: onProgress && ((operation) => onProgress(operation, input)),
  });
}
