import { validateOptions, LinkedAbortController, type WaitManyOptions } from './linked-abort-controller.js';
import {
  pollerList,
  type OperationOf,
  type PollerOf,
  type Pollers,
  type Responses,
  type SettledOperations,
} from './pollers.js';
import { settle } from './settle.js';

/** Options of {@link waitAll}. */
export interface WaitAllOptions<P extends Pollers = Pollers, Settle extends boolean = boolean> extends WaitManyOptions<
  OperationOf<PollerOf<P>>
> {
  /**
   * Whether to wait for all of them whatever becomes of each, as `Promise.allSettled()` does, and not, as
   * `Promise.all()`, for the first that fails.
   * @defaultValue false
   */
  settle?: Settle | undefined;
}

/**
 * Waits for the responses of several operations, as `Promise.all()` would: the first wait that fails ends the others,
 * and nothing of them stays behind. The operations themselves go on.
 *
 * With `settle: true` it waits for all, and gives what became of each as a value: like `Promise.allSettled()`, by
 * {@link SettledOperation}.
 *
 * @param pollers - the pollers. Of a tuple each keeps its own types.
 * @returns the responses, or what became of each, in the order of the pollers.
 * @throws what `poller.promise()` of the first to fail throws; with `settle` none of it.
 * @throws the signal's reason itself when it is aborted; the operations go on.
 * @throws TypeError or RangeError if an argument makes no sense.
 *
 * @example
 * ```ts
 * const [agent, intents] = await waitAll([exported, imported], { totalTimeoutMs: 3_600_000 });
 * for (const operation of await waitAll(pollers, { settle: true })) console.log(operation.name, operation.result);
 * ```
 */
export async function waitAll<const P extends Pollers, Settle extends boolean = false>(
  pollers: P,
  options: WaitAllOptions<P, Settle> = {},
): Promise<Settle extends true ? SettledOperations<P> : Responses<P>> {
  validateOptions('wait', options);
  const shouldSettle = options.settle ?? false;
  const { totalTimeoutMs, onProgress } = options as WaitManyOptions<unknown>;
  const list = pollerList(pollers);
  const group = new LinkedAbortController(options.signal);
  const { signal } = group;
  try {
    signal.throwIfAborted();
    const waits = list.map((poller, index) => {
      const wait = { signal, totalTimeoutMs, onProgress: onProgress && ((state: unknown) => onProgress(state, index)) };
      return shouldSettle ? settle(poller, wait) : poller.promise(wait);
    });
    return (await Promise.all(waits)) as Awaited<ReturnType<typeof waitAll<P, Settle>>>;
  } finally {
    group.abort();
  }
}
