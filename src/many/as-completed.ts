import { assertOptions } from '../arguments.js';
import { AsyncQueue } from '../async-queue.js';
import type { LROPoller } from '../poller.js';
import { LinkedAbortController } from '../rpc/abort.js';
import { optionsOfOne, waitManyOptionRules, type WaitManyOptions } from './options.js';
import { pollerList, type OperationOf, type PollerOf, type Pollers } from './pollers.js';
import { settleWait, type SettledOperation } from './settle-wait.js';

/** The outcome of one of several waits. */
export interface Completion<R, M> {
  /** The index of its poller, from 0. */
  readonly index: number;
  /** Its poller. */
  readonly poller: LROPoller<R, M>;
  /** The outcome. */
  readonly operation: SettledOperation<R, M>;
}

/** The type of the completions of pollers: a union for pollers of different types. */
export type CompletionOf<Poller> = Poller extends LROPoller<infer R, infer M> ? Completion<R, M> : never;

/**
 * Waits for several operations and yields each as it completes: each poller once, in the order of completion. Failures
 * are values, so that none ends the iteration: an operation that failed, and a wait that failed, for example because of
 * its time limit.
 *
 * The waits start with the iteration. Leaving the loop ends them and releases their timers, listeners and requests. The
 * operations continue.
 *
 * @param pollers - the pollers.
 * @throws the signal's own reason if it is aborted, from the iteration.
 * @throws TypeError or RangeError if an argument is invalid.
 *
 * @example
 * ```ts
 * for await (const { index, operation } of asCompleted(pollers)) {
 *   if (operation.result === 'response') use(index, operation.response);
 * }
 * ```
 */
export function asCompleted<const P extends Pollers>(
  pollers: P,
  options: WaitManyOptions<OperationOf<PollerOf<P>>> = {},
): AsyncIterable<CompletionOf<PollerOf<P>>> {
  assertOptions('wait', options, waitManyOptionRules);
  const list = pollerList(pollers);
  const iterator = (): AsyncIterator<unknown> => new CompletionIterator(list, options as WaitManyOptions<unknown>);
  return { [Symbol.asyncIterator]: iterator as () => AsyncIterator<CompletionOf<PollerOf<P>>> };
}

type Step = IteratorResult<Completion<unknown, unknown>, undefined>;

/** One iteration of `asCompleted()`. */
class CompletionIterator implements AsyncIterator<Completion<unknown, unknown>, undefined> {
  readonly #queue = new AsyncQueue<Completion<unknown, unknown>>();
  readonly #pollers: readonly LROPoller<unknown>[];
  readonly #options: WaitManyOptions<unknown>;
  #controller: LinkedAbortController | undefined;

  constructor(pollers: readonly LROPoller<unknown>[], options: WaitManyOptions<unknown>) {
    this.#pollers = pollers;
    this.#options = options;
  }

  next(): Promise<Step> {
    if (!this.#controller && !this.#queue.closed) {
      this.#controller = new LinkedAbortController(this.#options.signal);
      void this.#waitForAll(this.#controller);
    }
    return this.#queue.next();
  }

  return(): Promise<Step> {
    const ended = this.#queue.return();
    this.#controller?.abort();
    return ended;
  }

  async #waitForAll(controller: LinkedAbortController): Promise<void> {
    const { signal } = controller;
    try {
      signal.throwIfAborted();
      const waits = this.#pollers.map(async (poller, index) => {
        const operation = await settleWait(poller, optionsOfOne(this.#options, signal, index));
        this.#queue.push({ index, poller, operation });
      });
      await Promise.all(waits);
      this.#queue.close();
    } catch (error) {
      if (!this.#queue.closed) this.#queue.fail(error);
    } finally {
      controller.abort();
    }
  }
}
