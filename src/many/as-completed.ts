import type { LROPoller } from '../poller.js';
import { checkGroup, Group, type WaitManyOptions } from './group.js';
import { pollerList, type OperationOf, type PollerOf, type Pollers } from './pollers.js';
import { Queue } from './queue.js';
import { settled, type SettledOperation } from './settled.js';

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
  checkGroup('wait', options);
  const list = pollerList(pollers);
  const iterator = (): AsyncIterator<unknown> => new Completions(list, options as WaitManyOptions<unknown>);
  return { [Symbol.asyncIterator]: iterator as () => AsyncIterator<CompletionOf<PollerOf<P>>> };
}

/** (A class and not a generator, because a generator's `return()` waits for a `next()` that is under way.) */
class Completions implements AsyncIterator<Completion<unknown, unknown>, undefined> {
  readonly #queue = new Queue<Completion<unknown, unknown>>();
  readonly #pollers: readonly LROPoller<unknown, unknown>[];
  readonly #options: WaitManyOptions<unknown>;
  #group: Group | undefined;

  constructor(pollers: readonly LROPoller<unknown, unknown>[], options: WaitManyOptions<unknown>) {
    this.#pollers = pollers;
    this.#options = options;
  }

  next(): Promise<IteratorResult<Completion<unknown, unknown>, undefined>> {
    if (!this.#group && !this.#queue.over) this.#begin();
    return this.#queue.take();
  }

  return(): Promise<IteratorResult<Completion<unknown, unknown>, undefined>> {
    this.#queue.cut({});
    this.#group?.end();
    return this.#queue.take();
  }

  #begin(): void {
    const { totalTimeoutMs, onProgress } = this.#options;
    const group = (this.#group = new Group(this.#options.signal));
    const { signal } = group;
    const aborted = (error: unknown): void => {
      if (!this.#queue.over) this.#queue.cut({ error });
      group.end();
    };
    if (signal.aborted) return aborted(signal.reason);
    let left = this.#pollers.length;
    const ended = (): void => {
      if (left > 0) return;
      group.end();
      this.#queue.finish({});
    };
    for (const [index, poller] of this.#pollers.entries()) {
      const progress = onProgress && ((state: unknown): void => onProgress(state, index));
      settled(poller, { signal, totalTimeoutMs, onProgress: progress }).then((operation) => {
        this.#queue.push({ index, poller, operation });
        left--;
        ended();
      }, aborted);
    }
    ended();
  }
}
