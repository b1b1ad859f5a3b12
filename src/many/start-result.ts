import type { SettledOperation } from './settle-wait.js';

/** An operation that was not started, or whose start got no response. */
export interface UnstartedOperation {
  /** There is no known operation. */
  readonly result: 'unstarted';
  /** What `start` threw; a `TimeoutError` DOMException if the time limit passed before it settled. */
  readonly reason: unknown;
}

/** The outcome of one input. */
export interface StartResult<I, R, M> {
  /** The input. */
  readonly input: I;
  /** The outcome; `result` narrows it: `'response'`, `'error'`, `'unknown'` or `'unstarted'`. */
  readonly operation: SettledOperation<R, M> | UnstartedOperation;
}
