import type { CompletedOperation, Operation } from '../operation.js';

/** One who waits for an operation. (Methods, so that a poller of anything stands for one of unknown things.) */
export interface Waiter<R, M> {
  /** When it stops waiting, on the monotonic clock; Infinity if it does not. */
  readonly deadlineMs: number;
  /** Whether it wants to hear of progress. */
  readonly wantsProgress: boolean;
  /** The operation runs, and its state is not the one before. */
  onUpdate(operation: Operation<R, M>): void;
  /** The time until its deadline is used up. */
  onDeadline(): void;
  /** It is over: the operation is done, or cannot be asked about any more. The loop knows the waiter no longer. */
  onOutcome(outcome: WaitOutcome<R, M>): void;
}

/** How a wait ends by itself. */
export type WaitOutcome<R, M> =
  | { readonly operation: CompletedOperation<R, M>; readonly error?: undefined }
  | { readonly operation?: undefined; readonly error: unknown };
