import type { CompletedOperation, Operation } from '../operation.js';
import type { Linked } from '../rpc/linked-list.js';

/** A waiter. (Methods rather than function properties, for bivariant parameters.) */
export interface Waiter<R, M> extends Linked<Waiter<R, M>> {
  /** When it stops waiting, on the monotonic clock; undefined: it has no limit. */
  readonly deadlineMs: number | undefined;
  /** Whether it wants each change of state, not only the outcome. */
  readonly wantsProgress: boolean;
  /** Called with each change of the running operation. */
  onUpdate(operation: Operation<R, M>): void;
  /** Called when its deadline has passed. */
  onDeadline(): void;
  /** Called with the outcome. The loop has already removed the waiter. */
  onOutcome(outcome: WaitOutcome<R, M>): void;
}

/** How a wait ends by itself: the operation is done, or there is an error. */
export type WaitOutcome<R, M> =
  | { readonly operation: CompletedOperation<R, M>; readonly error?: undefined }
  | { readonly operation?: undefined; readonly error: unknown };
