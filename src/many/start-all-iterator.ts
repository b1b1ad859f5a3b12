import { now } from '../rpc/clock.js';
import { runInput, saveCheckpoint, type Result, type Batch, type Start } from './run-input.js';
import { LinkedAbortController } from './linked-abort-controller.js';
import { AsyncQueue, type QueueEnd } from '../async-queue.js';
import type { StartAllOptions, StartResult } from './start-all.js';

type Step<T> = IteratorResult<T, undefined>;
type Inputs<I> = Iterable<I> | AsyncIterable<I>;

/** One run of `startAll()`: draws the inputs as there is place for them, and hands out what becomes of them. */
export class StartAllIterator<I, R, M> implements AsyncIterator<StartResult<I, R, M>, undefined> {
  readonly #inputs: Inputs<I>;
  readonly #start: Start<I, R, M>;
  readonly #options: StartAllOptions<I, R, M>;
  readonly #queue = new AsyncQueue<Result<I, R, M>>();
  #run: Batch<I, R, M> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #source: Iterator<I> | AsyncIterator<I> | undefined;
  #drawing = false;
  #inFlight = 0;
  /** No more is drawn, and so it ends once nothing is under way. */
  #end: QueueEnd | undefined;
  /** The one that was handed out last, until the next is asked for. */
  #lastDelivered: Result<I, R, M> | undefined;
  /** The last `next()`: each waits for the one before it. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(inputs: Inputs<I>, start: Start<I, R, M>, options: StartAllOptions<I, R, M>) {
    this.#inputs = inputs;
    this.#start = start;
    this.#options = options;
  }

  next(): Promise<Step<StartResult<I, R, M>>> {
    const step = this.#tail.then(() => this.#next());
    this.#tail = step.catch(() => undefined);
    return step;
  }

  async return(): Promise<Step<StartResult<I, R, M>>> {
    const closed = this.#abort({});
    // While an input is being drawn, the inputs' own return() may wait for that.
    if (!this.#drawing) await closed;
    return { done: true, value: undefined };
  }

  async #next(): Promise<Step<StartResult<I, R, M>>> {
    if (!this.#run && !this.#queue.closed) this.#begin();
    const { done } = this.#lastDelivered ?? {};
    this.#lastDelivered = undefined;
    // Who asks for the next has dealt with the last.
    if (done && this.#run) await saveCheckpoint(this.#run, done).catch((error: unknown) => void this.#abort({ error }));
    const step = await this.#queue.next();
    if (step.done) return step;
    this.#lastDelivered = step.value;
    void this.#fillSlots();
    return { done: false, value: step.value.started };
  }

  #begin(): void {
    const { signal, totalTimeoutMs = Infinity } = this.#options;
    const all = new LinkedAbortController(signal);
    const starts = new LinkedAbortController(all.signal);
    const fail = (error: unknown): void => void (this.#queue.closed || this.#abort({ error }));
    const deadlineMs = now() + totalTimeoutMs;
    this.#run = {
      start: this.#start,
      options: this.#options,
      batchGroup: all,
      startGroup: starts,
      deadlineMs,
      keys: new Set(),
      fail,
    };
    if (all.signal.aborted) return fail(all.signal.reason);
    all.signal.addEventListener('abort', () => fail(all.signal.reason));
    if (totalTimeoutMs < Infinity) this.#armDeadline(deadlineMs, totalTimeoutMs);
    // There may be no time at all, and what is not opened need not be closed.
    if (this.#end) return;
    try {
      const inputs = this.#inputs as Partial<AsyncIterable<I>> & Iterable<I>;
      this.#source = inputs[Symbol.asyncIterator]?.() ?? inputs[Symbol.iterator]();
    } catch (error) {
      return fail(error);
    }
    void this.#fillSlots();
  }

  async #fillSlots(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    const { concurrency = 100 } = this.#options;
    try {
      while (!this.#end && this.#source && this.#inFlight + this.#queue.size < concurrency) {
        const step = await this.#source.next();
        if (this.#queue.closed) break;
        if (step.done) this.#exhausted({});
        else void this.#runOne(step.value);
      }
    } catch (error) {
      this.#exhausted({ error });
    }
    this.#drawing = false;
    this.#finishIfIdle();
  }

  async #runOne(input: I): Promise<void> {
    this.#inFlight++;
    const unstarted = (reason: unknown): Result<I, R, M> => ({
      started: { input, operation: { result: 'unstarted', reason } },
    });
    const result = await runInput(this.#run as Batch<I, R, M>, input).catch(unstarted);
    this.#inFlight--;
    if (result) this.#queue.push(result);
    void this.#fillSlots();
  }

  /** There are no more inputs, or what they threw. */
  #exhausted(end: QueueEnd): void {
    this.#source = undefined;
    this.#end ??= end;
  }

  #armDeadline(deadlineMs: number, totalTimeoutMs: number): void {
    const leftMs = deadlineMs - now();
    if (leftMs <= 0) return this.#onDeadline(totalTimeoutMs);
    // A timer cannot be set for longer.
    this.#timer = setTimeout(() => this.#armDeadline(deadlineMs, totalTimeoutMs), Math.min(leftMs, 2 ** 31 - 1));
  }

  /** The time is used up: what waits ends by itself, and no start is waited for. */
  #onDeadline(totalTimeoutMs: number): void {
    const error = new DOMException(`Stopped starting operations after ${totalTimeoutMs} ms`, 'TimeoutError');
    this.#end = { error };
    this.#run?.startGroup.abort(error);
    this.#finishIfIdle();
  }

  #finishIfIdle(): void {
    if (!this.#end || this.#inFlight > 0 || this.#queue.closed) return;
    this.#queue.close(this.#end);
    void this.#stop();
  }

  /** It is over at once. */
  #abort(end: QueueEnd): Promise<void> {
    if ('error' in end) this.#queue.fail(end.error);
    else void this.#queue.return();
    return this.#stop();
  }

  /** Leaves nothing behind: no timer, listener, wait or start, and the inputs closed. */
  async #stop(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    clearTimeout(this.#timer);
    this.#run?.startGroup.abort();
    this.#run?.batchGroup.abort();
    try {
      await source?.return?.();
    } catch {
      // It is over whatever they say.
    }
  }
}
