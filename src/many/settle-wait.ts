import type { CompletedOperation, Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import type { WaitOptions } from '../waiting/wait.js';

/**
 * An operation whose outcome is unknown: its requests failed, the time limit has passed, or its response cannot be read.
 */
export interface UnknownOperation<R, M> {
  /** The operation's name. */
  readonly name: string;
  /** Neither a response nor an error is known. */
  readonly result: 'unknown';
  /**
   * What `poller.promise()` would have thrown: a `RequestError`, a `PollingTimeoutError` (its `token` resumes the wait),
   * an `UnpackError`, a `MalformedOperationError`, or an exception of `onProgress`.
   */
  readonly reason: unknown;
  /** The last state seen; undefined if there was no response. */
  readonly lastOperation: Operation<R, M> | undefined;
}

/** The outcome of a wait as a value. `result` narrows it: `'response'`, `'error'` or `'unknown'`. */
export type SettledOperation<R, M> = CompletedOperation<R, M> | UnknownOperation<R, M>;

/**
 * Waits until an operation completes. A wait that fails is returned as an {@link UnknownOperation}.
 *
 * @throws the signal's reason if it is aborted, and nothing else.
 */
export async function settleWait<R, M>(
  poller: LROPoller<R, M>,
  options: WaitOptions<R, M> & { readonly signal: AbortSignal },
): Promise<SettledOperation<R, M>> {
  try {
    return await poller.pollUntilDone(options);
  } catch (reason) {
    options.signal.throwIfAborted();
    return { name: poller.name, result: 'unknown', reason, lastOperation: poller.operation };
  }
}
