import { assertOptions } from '../arguments.js';
import { waitManyOptionRules, type WaitManyOptions } from './options.js';
import type { OperationOf, PollerOf, Pollers, ResponseOf } from './pollers.js';
import { waitTogether } from './wait-together.js';

/**
 * Waits for the first operation that succeeds, like `Promise.any()`. The other waits end then and release their timers,
 * listeners and requests. Their operations continue; request their cancellation with `poller.cancel()`.
 *
 * @param pollers - the pollers.
 * @returns the response of the first operation that succeeds.
 * @throws AggregateError if none succeeds. Its `errors` are what each `poller.promise()` would have thrown, in the order
 * of the pollers.
 * @throws the signal's own reason if it is aborted. The operations continue.
 * @throws TypeError or RangeError if an argument is invalid.
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
  assertOptions('wait', options, waitManyOptionRules);
  const response = await waitTogether(
    pollers,
    options as WaitManyOptions<unknown>,
    (poller, one) => poller.promise(one),
    (waits) => Promise.any(waits),
  );
  return response as ResponseOf<PollerOf<P>>;
}
