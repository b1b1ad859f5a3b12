import { invalidArgumentMessage, assertNumber } from '../arguments.js';
import type { Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import type { ResumeToken } from '../resume-token.js';
import type { Checkpoint } from './checkpoint.js';
import { validateOptions, requireFunction, type GroupOptions } from './linked-abort-controller.js';
import type { SettledOperation } from './settle.js';
import { StartAllIterator } from './start-all-iterator.js';

/** An operation that was not started, as far as can be known. */
export interface UnstartedOperation {
  /** There is no operation to tell of. */
  readonly result: 'unstarted';
  /** What `start` threw; a `TimeoutError` DOMException where the time was used up before it answered. */
  readonly reason: unknown;
}

/** What became of one input. */
export interface StartResult<I, R, M> {
  /** The input, as it was given. */
  readonly input: I;
  /** What it came to; `result` tells which: `'response'`, `'error'`, `'unknown'` or `'unstarted'`. */
  readonly operation: SettledOperation<R, M> | UnstartedOperation;
}

/** What a start is to send along and to heed. */
export interface StartContext {
  /**
   * The id to send with the request that starts the operation, where the service takes one (AIP-155: `request_id`). The
   * same input has the same one for as long as it has not been started, after a restart too, so that the service can
   * tell that it has started it already.
   */
  readonly requestId: string;
  /** Aborted when nobody wants to wait any more. Each start has its own. */
  readonly signal: AbortSignal;
}

/** Options of {@link startAll}. */
export interface StartAllOptions<I, R, M> extends GroupOptions {
  /**
   * How many inputs may be under way at once: being started, waited for, or ended and not yet taken. No input is drawn
   * before there is a place for it.
   * @defaultValue 100
   */
  concurrency?: number | undefined;
  /**
   * What an input is known by in checkpoints: the same in each run, and no other input's. Without checkpoints it is not
   * needed.
   * @defaultValue the input itself where it is a string
   */
  key?: ((input: I) => string) | undefined;
  /**
   * Saves a checkpoint, in place of an earlier one with its key: before an input's operation is started, when it has
   * been, and when its end has been dealt with. What comes next waits until it is saved; if it cannot be, the iteration
   * ends with what this throws.
   */
  checkpoint?: ((checkpoint: Checkpoint) => unknown) | undefined;
  /** Finds the checkpoint that was saved last for a key, in this run or another; undefined or null if there is none. */
  load?: ((key: string) => MaybePromise<Checkpoint | null | undefined>) | undefined;
  /** Makes a poller of the token of a checkpoint: `(token) => client.resume(token, info)`. Needed with `load`. */
  resume?: ((token: ResumeToken, input: I) => LROPoller<R, M>) | undefined;
  /**
   * Called with each change of an operation's state that is seen, beginning with the one that is known and ending with
   * the completed one. If it throws, the wait for that operation fails with what it threw.
   */
  onProgress?: ((operation: Operation<R, M>, input: I) => void) | undefined;
}

/** A value, or a promise of it. */
export type MaybePromise<T> = T | PromiseLike<T>;

/**
 * Starts an operation for each input, waits for them, and gives each input with what became of it, once, in the order
 * in which that becomes known. None stands in the way of the others: an operation that failed, one that could not be
 * started, and one whose end does not become known are values.
 *
 * It begins with the iteration, and draws inputs only as there is place for them. Leaving the loop ends it, and nothing
 * stays behind; operations that were started go on. If drawing an input fails, those under way are given first, and then
 * what it threw is thrown.
 *
 * With `checkpoint`, `load` and `resume` it can be run again after the process ended, at whatever moment: inputs that
 * are done are passed over, operations that were started are waited for, and what may or may not have been started is
 * started with the same request id. A result counts as done when the loop comes back for the next one; one that was
 * being dealt with when the process ended is given again.
 *
 * @param inputs - whatever there is one operation each to start for. An iterable that is not async may be one, too.
 * @param start - starts one, and makes a poller of what the service answers. It is called once for each input.
 * @throws the signal's reason itself when it is aborted, from the iteration.
 * @throws a `TimeoutError` DOMException when `totalTimeoutMs` are used up: first come those under way, as `'unknown'`
 * with a `PollingTimeoutError`, or as `'unstarted'`.
 * @throws what `checkpoint` or `load` throws, from the iteration.
 * @throws TypeError or RangeError if an argument makes no sense.
 *
 * @example
 * ```ts
 * const start = async (name: string, { requestId, signal }: StartContext) =>
 *   client.poller(await service.export({ name, requestId }, { signal }), exportAgent);
 * for await (const { input, operation } of startAll(names, start, { concurrency: 20 })) {
 *   console.log(input, operation.result);
 * }
 * ```
 *
 * @see AIP-155
 */
export function startAll<I, R, M>(
  inputs: Iterable<I> | AsyncIterable<I>,
  start: (input: I, context: StartContext) => MaybePromise<LROPoller<R, M>>,
  options: StartAllOptions<I, R, M> = {},
): AsyncIterable<StartResult<I, R, M>> {
  const action = 'start';
  const { concurrency = 100, key, checkpoint, load, resume } = options;
  const source = inputs as Partial<Iterable<I> & AsyncIterable<I>> | null | undefined;
  if (!source?.[Symbol.asyncIterator] && !source?.[Symbol.iterator]) {
    throw new TypeError(invalidArgumentMessage(action, 'inputs', 'an iterable', inputs));
  }
  if (typeof start !== 'function') throw new TypeError(invalidArgumentMessage(action, 'start', 'a function', start));
  validateOptions(action, options);
  assertNumber(action, 'concurrency', concurrency, 1);
  for (const [option, value] of Object.entries({ key, checkpoint, load, resume }))
    requireFunction(action, option, value);
  if (load && !resume) throw new TypeError(invalidArgumentMessage(action, 'resume', "given with 'load'", resume));
  return { [Symbol.asyncIterator]: () => new StartAllIterator(inputs, start, { ...options, concurrency }) };
}
