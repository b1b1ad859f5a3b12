import { now } from '../rpc/clock.js';
import { follow, save, type Result, type Run, type Start } from './follow.js';
import { Group } from './group.js';
import { Queue, type End } from './queue.js';
import type { StartAllOptions, StartResult } from './start-all.js';

type Step<T> = IteratorResult<T, undefined>;
type Inputs<I> = Iterable<I> | AsyncIterable<I>;

/** One run of `startAll()`: draws the inputs as there is place for them, and hands out what becomes of them. */
export class Starter<I, R, M> implements AsyncIterator<StartResult<I, R, M>, undefined> {
  readonly #inputs: Inputs<I>;
  readonly #start: Start<I, R, M>;
  readonly #options: StartAllOptions<I, R, M>;
  readonly #queue = new Queue<Result<I, R, M>>();
  #run: Run<I, R, M> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #source: Iterator<I> | AsyncIterator<I> | undefined;
  #drawing = false;
  #underWay = 0;
  /** No more is drawn, and so it ends once nothing is under way. */
  #end: End | undefined;
  /** The one that was handed out last, until the next is asked for. */
  #given: Result<I, R, M> | undefined;
  /** The last `next()`: each waits for the one before it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(inputs: Inputs<I>, start: Start<I, R, M>, options: StartAllOptions<I, R, M>) {
    this.#inputs = inputs;
    this.#start = start;
    this.#options = options;
  }

  next(): Promise<Step<StartResult<I, R, M>>> {
    const step = this.#turn.then(() => this.#next());
    this.#turn = step.catch(() => undefined);
    return step;
  }

  async return(): Promise<Step<StartResult<I, R, M>>> {
    const closed = this.#cut({});
    // While an input is being drawn, the inputs' own return() may wait for that.
    if (!this.#drawing) await closed;
    return { done: true, value: undefined };
  }

  async #next(): Promise<Step<StartResult<I, R, M>>> {
    if (!this.#run && !this.#queue.over) this.#begin();
    const { done } = this.#given ?? {};
    this.#given = undefined;
    // Who asks for the next has dealt with the last.
    if (done && this.#run) await save(this.#run, done).catch((error: unknown) => void this.#cut({ error }));
    const step = await this.#queue.take();
    if (step.done) return step;
    this.#given = step.value;
    void this.#draw();
    return { done: false, value: step.value.started };
  }

  #begin(): void {
    const { signal, totalTimeoutMs = Infinity } = this.#options;
    const all = new Group(signal);
    const starts = new Group(all.signal);
    const fail = (error: unknown): void => void (this.#queue.over || this.#cut({ error }));
    const deadlineMs = now() + totalTimeoutMs;
    this.#run = { start: this.#start, options: this.#options, all, starts, deadlineMs, keys: new Set(), fail };
    if (all.signal.aborted) return fail(all.signal.reason);
    all.signal.addEventListener('abort', () => fail(all.signal.reason));
    if (totalTimeoutMs < Infinity) this.#watchTime(deadlineMs, totalTimeoutMs);
    // There may be no time at all, and what is not opened need not be closed.
    if (this.#end) return;
    try {
      const inputs = this.#inputs as Partial<AsyncIterable<I>> & Iterable<I>;
      this.#source = inputs[Symbol.asyncIterator]?.() ?? inputs[Symbol.iterator]();
    } catch (error) {
      return fail(error);
    }
    void this.#draw();
  }

  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    const { concurrency = 100 } = this.#options;
    try {
      while (!this.#end && this.#source && this.#underWay + this.#queue.size < concurrency) {
        const step = await this.#source.next();
        if (this.#queue.over) break;
        if (step.done) this.#exhausted({});
        else void this.#carry(step.value);
      }
    } catch (error) {
      this.#exhausted({ error });
    }
    this.#drawing = false;
    this.#finishIfIdle();
  }

  async #carry(input: I): Promise<void> {
    this.#underWay++;
    const unstarted = (reason: unknown): Result<I, R, M> => ({
      started: { input, operation: { result: 'unstarted', reason } },
    });
    const result = await follow(this.#run as Run<I, R, M>, input).catch(unstarted);
    this.#underWay--;
    if (result) this.#queue.push(result);
    void this.#draw();
  }

  /** There are no more inputs, or what they threw. */
  #exhausted(end: End): void {
    this.#source = undefined;
    this.#end ??= end;
  }

  #watchTime(deadlineMs: number, totalTimeoutMs: number): void {
    const leftMs = deadlineMs - now();
    if (leftMs <= 0) return this.#late(totalTimeoutMs);
    // A timer cannot be set for longer.
    this.#timer = setTimeout(() => this.#watchTime(deadlineMs, totalTimeoutMs), Math.min(leftMs, 2 ** 31 - 1));
  }

  /** The time is used up: what waits ends by itself, and no start is waited for. */
  #late(totalTimeoutMs: number): void {
    const error = new DOMException(`Stopped starting operations after ${totalTimeoutMs} ms`, 'TimeoutError');
    this.#end = { error };
    this.#run?.starts.end(error);
    this.#finishIfIdle();
  }

  #finishIfIdle(): void {
    if (!this.#end || this.#underWay > 0 || this.#queue.over) return;
    this.#queue.finish(this.#end);
    void this.#stop();
  }

  /** It is over at once. */
  #cut(end: End): Promise<void> {
    this.#queue.cut(end);
    return this.#stop();
  }

  /** Leaves nothing behind: no timer, listener, wait or start, and the inputs closed. */
  async #stop(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    clearTimeout(this.#timer);
    this.#run?.starts.end();
    this.#run?.all.end();
    try {
      await source?.return?.();
    } catch {
      // It is over whatever they say.
    }
  }
}
