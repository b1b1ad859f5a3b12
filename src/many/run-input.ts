import type { LROPoller } from '../poller.js';
import type { ResumeToken } from '../resume-token.js';
import type { CheckpointStore } from './checkpoint-store.js';
import type { Deadline } from './deadline.js';
import { assertPoller } from './pollers.js';
import { settleWait } from './settle-wait.js';
import type { Checkpoint, Start, StartAllOptions } from './start-options.js';
import type { StartResult } from './start-result.js';
import { untilAborted } from './until-aborted.js';

/** What the inputs of one batch share. */
export interface BatchContext<I, R, M> {
  readonly start: Start<I, R, M>;
  readonly options: StartAllOptions<I, R, M>;
  readonly checkpoints: CheckpointStore<I>;
  /** Aborted when the batch has ended. */
  readonly signal: AbortSignal;
  /** Aborted when the batch has ended, and at its deadline already: pending starts are not awaited any longer. */
  readonly startSignal: AbortSignal;
  readonly deadline: Pick<Deadline, 'remainingMs'>;
}

/** The result of an input, and the checkpoint to save once the caller has consumed it. */
export interface InputResult<I, R, M> {
  readonly result: StartResult<I, R, M>;
  readonly doneCheckpoint?: Checkpoint;
}

/**
 * Continues an input from its checkpoint, or starts its operation, and waits for the outcome.
 *
 * @returns undefined if the checkpoint says that the input is done.
 * @throws the error if the operation was not started.
 */
export async function runInput<I, R, M>(
  batch: BatchContext<I, R, M>,
  input: I,
): Promise<InputResult<I, R, M> | undefined> {
  const { checkpoints, signal, startSignal } = batch;
  const key = checkpoints.keyOf(input);
  const saved = await untilAborted(startSignal, () => checkpoints.load(key));
  if (saved?.done) {
    await batch.options.onSkipped?.(input);
    return undefined;
  }
  if (saved?.token) return resumeOperation(batch, input, saved, saved.token);
  signal.throwIfAborted();
  const checkpoint = saved ?? { key, requestId: crypto.randomUUID() };
  if (!saved) await untilAborted(startSignal, () => checkpoints.save(checkpoint));
  return startOperation(batch, input, checkpoint);
}

async function resumeOperation<I, R, M>(
  batch: BatchContext<I, R, M>,
  input: I,
  checkpoint: Checkpoint,
  token: ResumeToken,
): Promise<InputResult<I, R, M>> {
  let poller: LROPoller<R, M>;
  try {
    poller = batch.options.resume?.(token, input) as LROPoller<R, M>;
    assertPoller('start', 'resume()', poller);
  } catch (reason) {
    return { result: { input, operation: { name: token.name, result: 'unknown', reason, lastOperation: undefined } } };
  }
  return waitForOperation(batch, input, checkpoint, poller);
}

async function startOperation<I, R, M>(
  batch: BatchContext<I, R, M>,
  input: I,
  checkpoint: Checkpoint,
): Promise<InputResult<I, R, M>> {
  const poller = await callStart(batch, input, checkpoint.requestId);
  // An operation that was returned completed and without a name cannot be resumed: it has no token.
  if (poller.name === '') return waitForOperation(batch, input, checkpoint, poller);
  const started = { ...checkpoint, token: poller.toJSON() };
  await saveStarted(batch, started);
  return waitForOperation(batch, input, started, poller);
}

/** Saves the token. The deadline of the batch ends only this step, if it takes longer: the result has the token, too. */
async function saveStarted<I, R, M>(
  { checkpoints, startSignal }: BatchContext<I, R, M>,
  checkpoint: Checkpoint,
): Promise<void> {
  try {
    await untilAborted(startSignal, () => checkpoints.save(checkpoint));
  } catch (error) {
    if (error !== startSignal.reason) throw error;
  }
}

/** Calls `start`; rejects without awaiting its promise once starts are aborted. */
async function callStart<I, R, M>(
  { start, startSignal }: BatchContext<I, R, M>,
  input: I,
  requestId: string,
): Promise<LROPoller<R, M>> {
  const poller = await untilAborted(startSignal, (signal) => start(input, { requestId, signal }));
  assertPoller('start', 'start()', poller);
  return poller;
}

async function waitForOperation<I, R, M>(
  { options: { onProgress, expectedMs }, signal, deadline }: BatchContext<I, R, M>,
  input: I,
  checkpoint: Checkpoint,
  poller: LROPoller<R, M>,
): Promise<InputResult<I, R, M>> {
  // A poller of an older copy of this package does not have the method.
  if (expectedMs !== undefined) (poller as Partial<typeof poller>).expect?.(expectedMs);
  const operation = await settleWait(poller, {
    signal,
    totalTimeoutMs: deadline.remainingMs,
    onProgress: onProgress && ((state) => onProgress(state, input)),
  });
  const result = { input, operation };
  return operation.result === 'unknown' ? { result } : { result, doneCheckpoint: { ...checkpoint, done: true } };
}
