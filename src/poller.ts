import { OperationFailedError } from './errors.js';
import type { CompletedOperation, Operation } from './operation.js';
import type { ResumeToken } from './resume-token.js';
import { now } from './rpc/clock.js';
import type { CallOptions, RawOperation } from './transport.js';
import type { PollLoop } from './waiting/poll-loop.js';
import { Updates } from './waiting/updates.js';
import { waitFor, type WaitOptions } from './waiting/wait.js';

/**
 * What a poller needs of its client.
 *
 * @internal
 */
export interface PollerClient {
  getOperation(request: { name: string }, options: CallOptions): Promise<{ readonly raw: RawOperation }>;
  cancelOperation(request: { name: string }, options: CallOptions): Promise<void>;
  deleteOperation(request: { name: string }, options: CallOptions): Promise<void>;
}

/**
 * Waits for one long-running operation. Made by {@link OperationsClient.poller} and {@link OperationsClient.resume}.
 *
 * Nothing is asked until someone waits. All who wait share one poll loop; each has its own signal and time limit, and
 * the last to leave stops the loop: no timer, no listener and no request remains. A poller is never spent: after an
 * abort, a timeout or a failed request one may wait again. Once the operation is done every call answers at once.
 *
 * It is neither a Promise nor an EventEmitter: it can be returned from an async function, and `await poller` is the
 * poller.
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
export class LROPoller<R, M> implements AsyncIterable<Operation<R, M>> {
  readonly #loop: PollLoop<R, M>;
  readonly #host: PollerClient;

  /** @internal */
  constructor(host: PollerClient, loop: PollLoop<R, M>) {
    this.#host = host;
    this.#loop = loop;
  }

  /** The operation's name; empty for one that came done and without a name. */
  get name(): string {
    return this.#loop.name;
  }

  /** The last state seen; undefined before the first answer. */
  get operation(): Operation<R, M> | undefined {
    return this.#loop.operation;
  }

  /**
   * Asks once, by GetOperation, and does not wait; a request that fails for the moment is tried again.
   *
   * @throws {@link RequestError} if the request failed.
   * @throws {@link UnpackError} if the response is not of the declared type.
   * @throws {@link MalformedOperationError} if the answer is no operation.
   * @throws the signal's reason when it is aborted.
   */
  async poll(options: CallOptions = {}): Promise<Operation<R, M>> {
    const loop = this.#loop;
    if (!loop.outcome) {
      const sentMs = now();
      const { raw } = await this.#host.getOperation(this, this.#withHeaders(options));
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
   * @throws {@link RequestError} if asking about it failed, for good or for too long.
   * @throws {@link PollingTimeoutError} if the time is used up; the operation goes on.
   * @throws {@link UnpackError} if the response is not of the declared type.
   * @throws {@link MalformedOperationError} if the server's answer is no operation.
   * @throws the signal's reason itself when it is aborted; the operation goes on.
   * @throws TypeError or RangeError if an option makes no sense.
   * @throws what `onProgress` throws.
   */
  promise(options: WaitOptions<R, M> = noOptions): Promise<R> {
    return waitFor(this.#loop, options, unwrapResponse);
  }

  /**
   * Waits for the end of the operation: like {@link LROPoller.promise}, but an operation that failed is a value here.
   *
   * @throws what `promise()` throws, less {@link OperationFailedError}.
   *
   * @example
   * ```ts
   * const done = await poller.pollUntilDone();
   * if (done.result === 'response') use(done.response);
   * else report(done.error);
   * ```
   */
  pollUntilDone(options: WaitOptions<R, M> = noOptions): Promise<CompletedOperation<R, M>> {
    return waitFor(this.#loop, options, identity);
  }

  /**
   * The states of the operation as they come: the known one, each change once, the completed one last, failed or not.
   * For a slow consumer the newest state is held. Leaving the loop stops the waiting.
   *
   * @throws what `pollUntilDone()` throws, from the iteration.
   *
   * @example
   * ```ts
   * for await (const operation of poller) bar.update(operation.metadata?.progressPercent ?? 0);
   * ```
   */
  updates(options: WaitOptions<R, M> = {}): AsyncIterable<Operation<R, M>> {
    return { [Symbol.asyncIterator]: () => new Updates(this.#loop, options) };
  }

  /** The same as `updates()` without options. */
  [Symbol.asyncIterator](): AsyncIterator<Operation<R, M>> {
    return new Updates(this.#loop, {});
  }

  /**
   * Asks the server to cancel the operation, by CancelOperation. That the server agrees does not mean that it is
   * cancelled: whoever waits goes on and gets the real outcome, which may be CANCELLED or a normal end.
   *
   * @throws {@link RequestError} if the request failed, UNIMPLEMENTED where the service cannot cancel.
   * @throws the signal's reason when it is aborted.
   */
  async cancel(options: CallOptions = {}): Promise<void> {
    await this.#host.cancelOperation(this, this.#withHeaders(options));
    this.#loop.resetSchedule();
  }

  /**
   * Tells the server that nobody wants the operation's result any more, by DeleteOperation. It does not cancel the
   * operation.
   *
   * @throws {@link RequestError} if the request failed, UNIMPLEMENTED where the service cannot delete.
   * @throws the signal's reason when it is aborted.
   */
  delete(options: CallOptions = {}): Promise<void> {
    return this.#host.deleteOperation(this, this.#withHeaders(options));
  }

  /**
   * Takes a state of the operation that came another way than by asking, such as by Pub/Sub (see `parseOperation()` of
   * `longrunning/wire`). Who waits hears of it; a done one settles every wait without another request. The same state
   * may come twice.
   *
   * With `{ serverWait: 'never', backoff: constantBackoff(Infinity) }` the poller asks nothing by itself and lives by
   * updates alone; with a slow backoff polling is the safety net.
   *
   * @returns the operation as it now stands.
   * @throws TypeError if it is another operation, by its name.
   * @throws RangeError if it is older than what is known: not done after done, or not as far.
   * @throws {@link UnpackError} if it is done and the response is not of the declared type.
   * @throws {@link MalformedOperationError} if it is no operation.
   */
  applyUpdate(raw: RawOperation): Operation<R, M> {
    this.#loop.applyUpdate(raw);
    return this.#state();
  }

  /** A token to resume the wait with, in this process or another: `client.resume(token, info)`. */
  toJSON(): ResumeToken {
    return this.#loop.token;
  }

  #withHeaders(options: CallOptions): CallOptions {
    const { headers } = this.#loop.settings;
    return headers ? { ...options, headers: { ...headers, ...options.headers } } : options;
  }
}

// One for all who give none.
const noOptions = {};

function unwrapResponse<R, M>(operation: CompletedOperation<R, M>): R {
  if (operation.result === 'response') return operation.response;
  throw new OperationFailedError(operation.name, operation.error, operation.metadata);
}

function identity<T>(operation: T): T {
  return operation;
}
