import { assertArgument, assertNumber } from './arguments.js';
import { isLROError, OperationFailedError } from './errors.js';
import type { CompletedOperation, Operation } from './operation.js';
import type { RemainingEstimate } from './polling/duration-history.js';
import type { ResumeToken } from './resume-token.js';
import { now } from './rpc/timer-wheel.js';
import type { CallOptions, RawOperation } from './transport.js';
import type { PollLoop } from './waiting/poll-loop.js';
import { Updates } from './waiting/updates.js';
import { noWaitOptions, waitUntilDone, type WaitOptions } from './waiting/wait.js';

/**
 * The client of a poller.
 *
 * @internal
 */
export interface PollerClient {
  requestState(name: string, options: CallOptions, onSent: () => void): Promise<RawOperation>;
  cancelOperation(request: { name: string }, options: CallOptions): Promise<void>;
  deleteOperation(request: { name: string }, options: CallOptions): Promise<void>;
}

/**
 * Waits for one long-running operation. Made by {@link OperationsClient.poller} and {@link OperationsClient.resume}.
 *
 * A poller sends nothing until a wait starts. All waits share one poll loop; each has its own signal and timeout. When the
 * last wait ends, the loop stops: no timer, listener or request remains. A poller can be used again after an abort, a
 * timeout or a failed request. Once the operation is done, every call returns at once.
 *
 * A poller is neither a Promise nor an EventEmitter: an async function can return it, and `await poller` is the poller.
 *
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 *
 * @example
 * ```ts
 * const poller = client.poller('operations/123', recognize);
 * const response = await poller.promise({ totalTimeoutMs: 3_600_000 });
 * ```
 */
export class LROPoller<R, M = unknown> implements AsyncIterable<Operation<R, M>> {
  readonly #loop: PollLoop<R, M>;
  readonly #client: PollerClient;

  /** @internal */
  constructor(client: PollerClient, loop: PollLoop<R, M>) {
    this.#client = client;
    this.#loop = loop;
  }

  /** The operation's name; empty if it arrived done and without a name. */
  get name(): string {
    return this.#loop.name;
  }

  /** The last state seen; undefined before the first response. */
  get operation(): Operation<R, M> | undefined {
    return this.#loop.operation;
  }

  /**
   * Sends one GetOperation, with retries, and does not wait. Sends nothing once the operation is known to be done.
   *
   * @throws {@link RequestError} if the request failed.
   * @throws {@link UnpackError} if the response is not of the declared type.
   * @throws {@link MalformedOperationError} if what came is not an operation.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an option is invalid.
   */
  async poll(options: CallOptions = {}): Promise<Operation<R, M>> {
    const loop = this.#loop;
    if (!loop.outcome) {
      let sentMs = now();
      const raw = await this.#client.requestState(this.name, this.#withHeaders(options), () => (sentMs = now()));
      loop.handleResponse(raw, sentMs);
    }
    return this.#state();
  }

  #state(): Operation<R, M> {
    const { outcome, operation } = this.#loop;
    if (outcome?.error !== undefined) throw outcome.error;
    return operation as Operation<R, M>;
  }

  /**
   * Waits for the response.
   *
   * @returns the response, unpacked; the type's default instance if the service sent none.
   * @throws {@link OperationFailedError} if the operation failed or was cancelled.
   * @throws {@link RequestError} if polling failed permanently, or kept failing for `retry.maxElapsedMs`.
   * @throws {@link PollingTimeoutError} if `totalTimeoutMs` expires; the operation keeps running.
   * @throws {@link UnpackError} if the response is not of the declared type.
   * @throws {@link MalformedOperationError} if what came is not an operation.
   * @throws the signal's reason itself when it is aborted; the operation keeps running.
   * @throws TypeError or RangeError if an option is invalid.
   * @throws what `onProgress` throws.
   */
  promise(options: WaitOptions<R, M> = noWaitOptions): Promise<R> {
    return waitUntilDone(this.#loop, options, unwrapResponse);
  }

  /**
   * Waits until the operation is done. Like {@link LROPoller.promise}, but an operation that failed is a value here.
   *
   * @throws what `promise()` throws, except {@link OperationFailedError}.
   *
   * @example
   * ```ts
   * const done = await poller.pollUntilDone();
   * if (done.result === 'response') use(done.response);
   * else report(done.error);
   * ```
   */
  pollUntilDone(options: WaitOptions<R, M> = noWaitOptions): Promise<CompletedOperation<R, M>> {
    return waitUntilDone(this.#loop, options, identity);
  }

  /**
   * Waits for a time, and returns the state of the operation then, done or not. Like {@link LROPoller.pollUntilDone}, but
   * the end of the time is not an error: for a route that reports the state.
   *
   * @param ms - how long to wait at the longest, in milliseconds.
   * @returns the last state seen; undefined if there was no response in the time.
   * @throws what `pollUntilDone()` throws, except {@link PollingTimeoutError}.
   *
   * @example
   * ```ts
   * const operation = await client.resume(token, info).pollFor(10_000);
   * return operation?.done ? Response.json(operation) : new Response(null, { status: 202 });
   * ```
   */
  async pollFor(ms: number, options?: Omit<WaitOptions<R, M>, 'totalTimeoutMs'>): Promise<Operation<R, M> | undefined> {
    assertNumber('wait', 'ms', ms, -Infinity);
    try {
      return await this.pollUntilDone({ ...options, totalTimeoutMs: ms });
    } catch (error) {
      if (isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT') return this.operation;
      throw error;
    }
  }

  /**
   * Iterates over the states of the operation: the known one, each change once, the completed one last. A slow consumer
   * gets the newest state. Leaving the loop ends the wait.
   *
   * @throws what `pollUntilDone()` throws, from the iteration.
   *
   * @example
   * ```ts
   * for await (const operation of poller) bar.update(operation.metadata?.progressPercent ?? 0);
   * ```
   */
  updates(options: WaitOptions<R, M> = noWaitOptions): AsyncIterable<Operation<R, M>> {
    return { [Symbol.asyncIterator]: () => new Updates(this.#loop, options) };
  }

  /** The same as `updates()` without options. */
  [Symbol.asyncIterator](): AsyncIterator<Operation<R, M>> {
    return new Updates(this.#loop, noWaitOptions);
  }

  /**
   * Requests cancellation of the operation (CancelOperation). Resolves when the server has accepted the request; the
   * operation may still complete. Waiters receive the actual outcome (AIP-151). Sends nothing once the operation is known to
   * be done. If the request fails, but the operation is known to be done by then, it resolves.
   *
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED if the service does not support it.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an option is invalid.
   */
  async cancel(options: CallOptions = {}): Promise<void> {
    const loop = this.#loop;
    if (loop.outcome) return;
    await this.#client.cancelOperation(this, this.#withHeaders(options)).catch((error: unknown) => {
      // It may have completed meanwhile.
      if (!loop.outcome) throw error;
    });
    loop.resetSchedule();
  }

  /**
   * Deletes the operation's record (DeleteOperation). Does not cancel the operation.
   *
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED if the service does not support it.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an option is invalid.
   */
  delete(options: CallOptions = {}): Promise<void> {
    return this.#client.deleteOperation(this, this.#withHeaders(options));
  }

  /**
   * Applies a state that did not come by a request, such as a message from Pub/Sub (see `parseOperation()` of
   * `longrunning/wire`). Waiters are notified; a completed state settles them without a further request. The same state
   * may be applied twice.
   *
   * With `{ serverWait: 'never', backoff: constantBackoff(Infinity) }` the poller sends no requests and depends on updates;
   * with a slow backoff, polls are the fallback.
   *
   * @returns the known state after the update.
   * @throws TypeError if it is another operation, by its name.
   * @throws RangeError if it is older than the known state: running after done, or with less progress.
   * @throws {@link UnpackError} if it is done and the response is not of the declared type.
   * @throws {@link MalformedOperationError} if it is not an operation.
   */
  applyUpdate(raw: RawOperation): Operation<R, M> {
    this.#loop.applyUpdate(raw);
    return this.#state();
  }

  /**
   * What is left of the running operation, by the durations in the poller's `history`; undefined without a history that
   * knows operations like it, and once the operation is done.
   */
  estimate(): RemainingEstimate | undefined {
    return this.#loop.estimate();
  }

  /** A token that resumes the wait, in this process or another: `client.resume(token, info)`. */
  toJSON(): ResumeToken {
    return this.#loop.token;
  }

  /**
   * Sets `expectedMs`, unless the poller or its client has it.
   *
   * @internal
   */
  expect(expectedMs: number): void {
    this.#loop.expect(expectedMs);
  }

  #withHeaders(options: CallOptions): CallOptions {
    assertArgument(options, 'request', 'options', 'an object', options);
    const { headers } = this.#loop.settings;
    return headers ? { ...options, headers: { ...headers, ...options.headers } } : options;
  }
}

function unwrapResponse<R, M>(operation: CompletedOperation<R, M>): R {
  if (operation.result === 'response') return operation.response;
  throw new OperationFailedError(operation.name, operation.error, operation.metadata);
}

function identity<T>(operation: T): T {
  return operation;
}
