import { validateOptions, LinkedAbortController, type WaitManyOptions } from './linked-abort-controller.js';
import { pollerList, type OperationOf, type PollerOf, type Pollers, type ResponseOf } from './pollers.js';

/**
 * Waits for the first operation that succeeds, as `Promise.any()` would. The other waits end then, and nothing of them
 * stays behind; their operations go on, and `poller.cancel()` asks to end them.
 *
 * @param pollers - the pollers.
 * @returns the response of the first that succeeds.
 * @throws AggregateError if none does: its `errors` are what each `poller.promise()` would have thrown, in the order of
 * the pollers.
 * @throws the signal's reason itself when it is aborted; the operations go on.
 * @throws TypeError or RangeError if an argument makes no sense.
 *
 * @example
 * ```ts
 * const response = await waitAny([inEurope, inAsia]);
 * ```
 */
export async function waitAny<const P extends Pollers>(
  pollers: P,
  options: WaitManyOptions<OperationOf<PollerOf<P>>> = {},
): Promise<ResponseOf<PollerOf<P>>> {
  validateOptions('wait', options);
  const { totalTimeoutMs, onProgress } = options as WaitManyOptions<unknown>;
  const list = pollerList(pollers);
  const group = new LinkedAbortController(options.signal);
  const { signal } = group;
  try {
    signal.throwIfAborted();
    const waits = list.map((poller, index) =>
      poller.promise({
        signal,
        totalTimeoutMs,
        onProgress: onProgress && ((state) => onProgress(state, index)),
      }),
    );
    return (await Promise.any(waits)) as ResponseOf<PollerOf<P>>;
  } catch (error) {
    signal.throwIfAborted(); // or all have failed of it
    throw error;
  } finally {
    group.abort();
  }
}
