import type { AsyncQueue, QueueEnd } from '../async-queue.js';
import { CheckpointStore } from './checkpoint-store.js';
import { Deadline } from './deadline.js';
import { LinkedAbortController } from '../rpc/abort.js';
import { runInput, type BatchContext, type InputResult } from './run-input.js';
import type { Start, StartAllOptions } from './start-options.js';

type InputIterator<I> = Iterator<I> | AsyncIterator<I>;

/** The arguments of `startAll()`. */
export interface BatchArguments<I, R, M> {
  readonly inputs: Iterable<I> | AsyncIterable<I>;
  readonly start: Start<I, R, M>;
  readonly options: StartAllOptions<I, R, M>;
}

/**
 * One run of `startAll()`: reads inputs while fewer than `concurrency` are in flight, and puts their results into a
 * queue. It ends after the last input, at its deadline, when it is aborted, or when it is stopped.
 */
export class Batch<I, R, M> implements BatchContext<I, R, M> {
  readonly start: Start<I, R, M>;
  readonly options: StartAllOptions<I, R, M>;
  readonly checkpoints: CheckpointStore<I>;
  readonly signal: AbortSignal;
  readonly startSignal: AbortSignal;
  readonly deadline: Deadline;
  readonly #inputs: Iterable<I> | AsyncIterable<I>;
  readonly #results: AsyncQueue<InputResult<I, R, M>>;
  readonly #controller: LinkedAbortController;
  readonly #startController: LinkedAbortController;
  #iterator: InputIterator<I> | undefined;
  #isReading = false;
  #inFlight = 0;
  /** Set once no more inputs are read: how the queue ends after the results of those in flight. */
  #end: QueueEnd | undefined;

  constructor({ inputs, start, options }: BatchArguments<I, R, M>, results: AsyncQueue<InputResult<I, R, M>>) {
    this.#inputs = inputs;
    this.#results = results;
    this.#controller = new LinkedAbortController(options.signal);
    this.#startController = new LinkedAbortController(this.#controller.signal);
    this.start = start;
    this.options = options;
    this.checkpoints = new CheckpointStore(options, (error) => this.#fail(error));
    this.signal = this.#controller.signal;
    this.startSignal = this.#startController.signal;
    this.deadline = new Deadline(options.totalTimeoutMs, () => this.#onDeadline());
  }

  /** Starts the batch: schedules its deadline and reads the first inputs. */
  begin(): void {
    const { signal } = this;
    if (signal.aborted) return this.#fail(signal.reason);
    signal.addEventListener('abort', () => this.#fail(signal.reason));
    this.deadline.schedule();
    if (this.#end) return; // the deadline has passed already
    try {
      this.#iterator = openInputs(this.#inputs);
    } catch (error) {
      return this.#fail(error);
    }
    void this.readInputs();
  }

  /** Reads inputs up to the limit. To be called whenever a result was consumed. */
  async readInputs(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#end && this.#iterator && this.#hasCapacity) {
        const step = await this.#iterator.next();
        if (this.#results.closed) break;
        if (step.done) this.#endInputs({});
        else void this.#run(step.value);
      }
    } catch (error) {
      this.#endInputs({ error });
    }
    this.#isReading = false;
    this.#endIfIdle();
  }

  /**
   * Aborts waits and starts and closes the inputs. The queue must be closed.
   *
   * @returns once the inputs are closed, unless one is being read: a generator's `return()` would wait for it.
   */
  async stop(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    this.deadline.dispose();
    this.#controller.abort();
    const closed = closeInputs(iterator);
    if (!this.#isReading) await closed;
  }

  get #hasCapacity(): boolean {
    const { concurrency = 100 } = this.options;
    return this.#inFlight + this.#results.size < concurrency;
  }

  async #run(input: I): Promise<void> {
    this.#inFlight++;
    const onError = (reason: unknown): InputResult<I, R, M> => ({
      result: { input, operation: { result: 'unstarted', reason } },
    });
    const result = await runInput(this, input).catch(onError);
    this.#inFlight--;
    if (result) this.#results.push(result);
    void this.readInputs();
  }

  #endInputs(end: QueueEnd): void {
    this.#iterator = undefined;
    this.#end ??= end;
  }

  /** Stops starting operations. The waits have the same deadline and end by themselves. */
  #onDeadline(): void {
    const message = `Stopped starting operations after ${this.deadline.limitMs} ms`;
    const error = new DOMException(message, 'TimeoutError');
    this.#end = { error };
    this.#startController.abort(error);
    this.#endIfIdle();
  }

  #endIfIdle(): void {
    if (!this.#end || this.#inFlight > 0 || this.#results.closed) return;
    this.#results.close(this.#end);
    void this.stop();
  }

  #fail(error: unknown): void {
    if (this.#results.closed) return;
    this.#results.fail(error);
    void this.stop();
  }
}

function openInputs<I>(inputs: Iterable<I> | AsyncIterable<I>): InputIterator<I> {
  const { [Symbol.asyncIterator]: open } = inputs as Partial<AsyncIterable<I>>;
  return open ? open.call(inputs) : (inputs as Iterable<I>)[Symbol.iterator]();
}

async function closeInputs(iterator: InputIterator<unknown> | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    // The batch has its outcome already.
  }
}
