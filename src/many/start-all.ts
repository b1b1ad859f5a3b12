import type { LROPoller } from '../poller.js';
import { StartAllIterator } from './start-all-iterator.js';
import { validateStart, type MaybePromise, type StartAllOptions, type StartContext } from './start-options.js';
import type { StartResult } from './start-result.js';

/**
 * Starts an operation for each input, waits for it, and yields the input with its outcome, in the order of completion.
 * Failures of one input are values, so that none ends the iteration: an operation that failed, a start that failed, and
 * a wait that failed.
 *
 * The batch starts with the iteration and reads an input whenever fewer than `concurrency` are in flight. Leaving the
 * loop ends it and releases its timers, listeners and requests; operations that were started continue. If reading an
 * input fails, the inputs in flight are yielded first, then the exception is thrown.
 *
 * With `checkpoint`, `load` and `resume` it can be run again after the process has ended at any time. Inputs that are
 * done are skipped, operations that were started are waited for, and an operation that may or may not have been started
 * is started with the same request id. {@link checkpointFile} keeps the checkpoints in a file. A result is done when the loop requests the next one; a result that was being
 * processed when the process ended is yielded again.
 *
 * @param inputs - the inputs, one operation each.
 * @param start - starts an operation and returns its poller. Called once for each input.
 * @throws the signal's own reason if it is aborted, from the iteration.
 * @throws a `TimeoutError` DOMException when `totalTimeoutMs` have passed, after the inputs in flight were yielded:
 * `'unknown'` with a `PollingTimeoutError`, or `'unstarted'`; also if a checkpoint was not saved by then, or a second later.
 * @throws what `checkpoint` or `load` throws, from the iteration.
 * @throws TypeError or RangeError if an argument is invalid.
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
  validateStart(inputs, start, options);
  return { [Symbol.asyncIterator]: () => new StartAllIterator({ inputs, start, options }) };
}
