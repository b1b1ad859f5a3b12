import { shorten } from '../arguments.js';
import { AsyncQueue } from '../async-queue.js';
import { Batch, type BatchArguments } from './batch.js';
import type { InputResult } from './run-input.js';
import type { Checkpoint } from './start-options.js';
import type { StartResult } from './start-result.js';
import { TimeLimit } from './time-limit.js';

/** How long the checkpoint of a consumed result may take to be saved, also after the time limit, in milliseconds. */
const minSaveMs = 1000;

type Step<T> = IteratorResult<T, undefined>;

/** Yields the results of a {@link Batch}, which begins with the first `next()`. */
export class StartAllIterator<I, R, M> implements AsyncIterator<StartResult<I, R, M>, undefined> {
  readonly #arguments: BatchArguments<I, R, M>;
  readonly #results = new AsyncQueue<InputResult<I, R, M>>();
  #batch: Batch<I, R, M> | undefined;
  /** The checkpoint of the last result: requesting the next one acknowledges it. */
  #unacknowledged: Checkpoint | undefined;
  /** The last call of `next()`. Each call waits for the one before it. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(batchArguments: BatchArguments<I, R, M>) {
    this.#arguments = batchArguments;
  }

  next(): Promise<Step<StartResult<I, R, M>>> {
    const step = this.#tail.then(() => this.#next());
    this.#tail = step.catch(() => undefined);
    return step;
  }

  async return(): Promise<Step<StartResult<I, R, M>>> {
    void this.#results.return();
    await this.#batch?.stop();
    return { done: true, value: undefined };
  }

  async #next(): Promise<Step<StartResult<I, R, M>>> {
    this.#begin();
    const unsaved = await this.#acknowledge();
    const step = await this.#results.next();
    if (step.done && unsaved) throw unsaved;
    if (step.done) return step;
    this.#unacknowledged = step.value.doneCheckpoint;
    void this.#batch?.readInputs();
    return { done: false, value: step.value.result };
  }

  #begin(): void {
    if (this.#batch || this.#results.closed) return;
    this.#batch = new Batch(this.#arguments, this.#results);
    this.#batch.begin();
  }

  /** @returns an error if the checkpoint was not saved in time: the next run yields the result again. */
  async #acknowledge(): Promise<DOMException | undefined> {
    const checkpoint = this.#unacknowledged;
    this.#unacknowledged = undefined;
    if (!checkpoint || !this.#batch) return undefined;
    const { checkpoints, deadline } = this.#batch;
    const { signal } = this.#arguments.options;
    const limit = new TimeLimit(
      {
        // An abort before it does not prevent it: the result has been consumed.
        signal: signal?.aborted ? undefined : signal,
        totalTimeoutMs: Math.max(deadline.remainingMs, minSaveMs),
      },
      `The checkpoint of '${shorten(checkpoint.key)}' was not saved`,
    );
    try {
      return await limit.runBriefly(() => checkpoints.save(checkpoint));
    } catch (error) {
      this.#results.fail(error); // also after the last result, when the queue is closed already
      return undefined;
    } finally {
      limit.dispose();
    }
  }
}
