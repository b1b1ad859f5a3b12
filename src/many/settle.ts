import type { CompletedOperation, Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import type { WaitOptions } from '../waiting/wait.js';

/**
 * An operation whose end is not known: asking about it failed, the time was used up, or its response cannot be read.
 */
export interface UnknownOperation<R, M> {
  /** The operation's name. */
  readonly name: string;
  /** Neither a response nor an error is known. */
  readonly result: 'unknown';
  /**
   * What `poller.promise()` would have been rejected with: a `RequestError`, a `PollingTimeoutError`, which
   * has the token to resume with, an `UnpackError` or a `MalformedOperationError`; or what `onProgress`
   * threw.
   */
  readonly reason: unknown;
  /** The last state that was seen; undefined if there never was an answer. */
  readonly lastOperation: Operation<R, M> | undefined;
}

/** What a wait comes to, as a value; `result` tells which: `'response'`, `'error'` or `'unknown'`. */
export type SettledOperation<R, M> = CompletedOperation<R, M> | UnknownOperation<R, M>;

/**
 * Waits for the end of an operation; that it does not get to know it is a value.
 *
 * @throws the signal's reason when it is aborted, and nothing else.
 */
export async function settle<R, M>(
  poller: LROPoller<R, M>,
  options: WaitOptions<R, M> & { readonly signal: AbortSignal },
): Promise<SettledOperation<R, M>> {
  try {
    return await poller.pollUntilDone(options);
  } catch (reason) {
    if (options.signal.aborted) throw options.signal.reason;
    return { name: poller.name, result: 'unknown', reason, lastOperation: poller.operation };
  }
}
