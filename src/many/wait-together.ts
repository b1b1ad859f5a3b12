import type { LROPoller } from '../poller.js';
import type { WaitOptions } from '../waiting/wait.js';
import { LinkedAbortController } from '../rpc/abort.js';
import { optionsOfOne, type WaitManyOptions } from './options.js';
import { pollerList, type Pollers } from './pollers.js';

/** Waits for one of several pollers. */
export type WaitForOne<T> = (
  poller: LROPoller<unknown>,
  options: WaitOptions & { readonly signal: AbortSignal },
) => Promise<T>;

/**
 * Starts a wait for each poller, all with one signal, and combines their promises. The waits that are still pending when
 * the combined promise settles are aborted.
 *
 * @throws the reason of the caller's signal if it is aborted.
 * @throws TypeError or RangeError if an argument is invalid.
 */
export async function waitTogether<T, U>(
  pollers: Pollers,
  options: WaitManyOptions<unknown>,
  wait: WaitForOne<T>,
  combine: (waits: Promise<T>[]) => Promise<U>,
): Promise<U> {
  const list = pollerList(pollers);
  const controller = new LinkedAbortController(options.signal);
  const { signal } = controller;
  try {
    signal.throwIfAborted();
    return await combine(list.map((poller, index) => wait(poller, optionsOfOne(options, signal, index))));
  } catch (error) {
    signal.throwIfAborted(); // combine() may have wrapped the reason
    throw error;
  } finally {
    controller.abort();
  }
}
