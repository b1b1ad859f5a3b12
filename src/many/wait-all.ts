import { assertOptions, type OptionRules } from '../arguments.js';
import { waitManyOptionRules, type WaitManyOptions } from './options.js';
import type { OperationOf, PollerOf, Pollers, Responses, SettledOperations } from './pollers.js';
import { settleWait } from './settle-wait.js';
import { waitTogether, type WaitForOne } from './wait-together.js';

/** Options of {@link waitAll}. */
export interface WaitAllOptions<P extends Pollers = Pollers, Settle extends boolean = boolean> extends WaitManyOptions<
  OperationOf<PollerOf<P>>
> {
  /**
   * Whether to wait for all operations, whatever the outcome of each, as `Promise.allSettled()` does. By default the
   * first wait that fails ends the others, as with `Promise.all()`.
   * @defaultValue false
   */
  settle?: Settle | undefined;
}

const waitAllOptionRules: OptionRules<WaitAllOptions> = { ...waitManyOptionRules, settle: undefined };

/**
 * Waits for the responses of several operations, like `Promise.all()`. The first wait that fails ends the others and
 * releases their timers, listeners and requests. The operations continue.
 *
 * With `settle: true` it waits for all operations and returns each outcome as a {@link SettledOperation}, like
 * `Promise.allSettled()`.
 *
 * @param pollers - the pollers. The types of a tuple are preserved.
 * @returns the responses, or the outcomes, in the order of the pollers.
 * @throws what `poller.promise()` throws, for the first wait that fails; not with `settle`.
 * @throws the signal's own reason if it is aborted. The operations continue.
 * @throws TypeError or RangeError if an argument is invalid.
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
  assertOptions('wait', options, waitAllOptionRules as OptionRules<typeof options>);
  const wait: WaitForOne<unknown> = options.settle ? settleWait : (poller, one) => poller.promise(one);
  const outcomes = await waitTogether(pollers, options as WaitManyOptions<unknown>, wait, (waits) =>
    Promise.all(waits),
  );
  return outcomes as Awaited<ReturnType<typeof waitAll<P, Settle>>>;
}
