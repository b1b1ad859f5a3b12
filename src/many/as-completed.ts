import type { LROPoller } from '../poller.js';
import { validateOptions, LinkedAbortController, type WaitManyOptions } from './linked-abort-controller.js';
import { pollerList, type OperationOf, type PollerOf, type Pollers } from './pollers.js';
import { AsyncQueue } from '../async-queue.js';
import { settle, type SettledOperation } from './settle.js';

/** One of several waits that is over. */
export interface Completion<R, M> {
  /** The place of its poller among those given, from 0. */
  readonly index: number;
  /** Its poller. */
  readonly poller: LROPoller<R, M>;
  /** What it came to. */
  readonly operation: SettledOperation<R, M>;
}

/** The type of the completions of pollers: for those of different types a union. */
export type CompletionOf<Poller> = Poller extends LROPoller<infer R, infer M> ? Completion<R, M> : never;

/**
 * Waits for several operations, and gives each as it ends: each poller once, in the order in which the ends become
 * known. None stands in the way of the others: an operation that failed, and one whose end does not become known, such
 * as for want of time, are values.
 *
 * The waits begin with the iteration; leaving the loop ends them, and nothing of them stays behind. The operations go
 * on.
 *
 * @param pollers - the pollers.
 * @throws the signal's reason itself when it is aborted, from the iteration.
 * @throws TypeError or RangeError if an argument makes no sense.
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
  validateOptions('wait', options);
  const list = pollerList(pollers);
  const iterator = (): AsyncIterator<unknown> => new CompletionIterator(list, options as WaitManyOptions<unknown>);
  return { [Symbol.asyncIterator]: iterator as () => AsyncIterator<CompletionOf<PollerOf<P>>> };
}

/** (A class and not a generator, because a generator's `return()` waits for a `next()` that is under way.) */
class CompletionIterator implements AsyncIterator<Completion<unknown, unknown>, undefined> {
  readonly #queue = new AsyncQueue<Completion<unknown, unknown>>();
  readonly #pollers: readonly LROPoller<unknown, unknown>[];
  readonly #options: WaitManyOptions<unknown>;
  #group: LinkedAbortController | undefined;

  constructor(pollers: readonly LROPoller<unknown, unknown>[], options: WaitManyOptions<unknown>) {
    this.#pollers = pollers;
    this.#options = options;
  }

  next(): Promise<IteratorResult<Completion<unknown, unknown>, undefined>> {
    if (!this.#group && !this.#queue.closed) this.#begin();
    return this.#queue.next();
  }

  return(): Promise<IteratorResult<Completion<unknown, unknown>, undefined>> {
    const ended = this.#queue.return();
    this.#group?.abort();
    return ended;
  }

  #begin(): void {
    const { totalTimeoutMs, onProgress } = this.#options;
    const group = (this.#group = new LinkedAbortController(this.#options.signal));
    const { signal } = group;
    const onAbort = (error: unknown): void => {
      if (!this.#queue.closed) this.#queue.fail(error);
      group.abort();
    };
    if (signal.aborted) return onAbort(signal.reason);
    let left = this.#pollers.length;
    const onEnd = (): void => {
      if (left > 0) return;
      group.abort();
      this.#queue.close();
    };
    for (const [index, poller] of this.#pollers.entries()) {
      const progress = onProgress && ((state: unknown): void => onProgress(state, index));
      settle(poller, { signal, totalTimeoutMs, onProgress: progress }).then((operation) => {
        this.#queue.push({ index, poller, operation });
        left--;
        onEnd();
      }, onAbort);
    }
    onEnd();
  }
}
