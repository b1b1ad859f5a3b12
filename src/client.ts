import type { Any, OperationInfo } from './any.js';
import {
  assertArgument,
  assertKnownOptions,
  assertName,
  assertNumber,
  assertResourceName,
  mergeDefined,
} from './arguments.js';
import {
  assertListRequest,
  readClientOptions,
  readRpcOptions,
  rpcOptionRules,
  validateInfo,
  type OperationsClientOptions,
  type RpcOptions,
  type TypedRpcOptions,
} from './client-options.js';
import { loadCoalescerOnPoll } from './coalescing/load-coalescer.js';
import { requestError, type RequestError, type RpcInfo } from './errors.js';
import { OperationList } from './operation-list.js';
import { assertOperation, isDone, toOperation, type Operation } from './operation.js';
import { LROPoller } from './poller.js';
import {
  defaultPollingSettings,
  mergePollingOptions,
  type PollingOptions,
  type PollingSettings,
} from './polling/settings.js';
import { readToken, type ResumeToken } from './resume-token.js';
import { waitDeadlineMarginMs } from './rpc/call-options.js';
import { defaultRetryPolicy, mergeRetryOptions, type RetryPolicy } from './rpc/retry.js';
import { SingleCalls } from './rpc/single-calls.js';
import { now } from './rpc/timer-wheel.js';
import { Code } from './status.js';
import type {
  CallOptions,
  ListOperationsRequest,
  OperationsMethod,
  OperationsTransport,
  RawOperation,
} from './transport.js';
import { createContext, type ClientContext } from './waiting/client-context.js';
import { PollLoop } from './waiting/poll-loop.js';
import { callWaitOperation } from './waiting/wait-request.js';

/**
 * A client of `google.longrunning.Operations`: its five RPCs, and pollers that wait for operations.
 *
 * @example
 * ```ts
 * await using client = new OperationsClient({ transport: grpcTransport({ apiEndpoint: 'speech.googleapis.com' }) });
 * const response = await client.poller('operations/123', recognize).promise();
 * ```
 *
 * @see `google/longrunning/operations.proto`, AIP-151
 */
export class OperationsClient implements AsyncDisposable {
  readonly #transport: OperationsTransport;
  readonly #retry: RetryPolicy;
  readonly #settings: PollingSettings;
  readonly #context: ClientContext;
  readonly #calls = new SingleCalls();

  /**
   * @throws TypeError if `transport` is not a transport, or an option is of the wrong type.
   * @throws RangeError if a number is out of range.
   */
  constructor(options: OperationsClientOptions) {
    const checked = readClientOptions(options);
    const { transport, retry, polling, coalesce } = checked;
    this.#transport = transport;
    this.#retry = mergeRetryOptions(defaultRetryPolicy, retry);
    this.#context = createContext(checked);
    const { activeLoops } = this.#context;
    this.#settings = defaultPollingSettings(retry, polling, { activeLoops, alignmentTolerance: coalesce ? 0.05 : 0 });
    if (coalesce) loadCoalescerOnPoll(this.#context);
    transport.onReturn?.(() => this.pollNow());
  }

  /** @internal What its pollers share, and their settings: for `longrunning/bullmq`, which polls without pollers. */
  get internals(): { readonly context: ClientContext; readonly settings: PollingSettings } {
    return { context: this.#context, settings: this.#settings };
  }

  /** @internal GetOperation, for a poller. It calls `onSent` when it sends an attempt. */
  requestState(name: string, options: RpcOptions, onSent?: () => void): Promise<RawOperation> {
    return this.#call('GetOperation', name, options, (call) => {
      onSent?.();
      return this.#transport.getOperation({ name }, call);
    });
  }

  /**
   * Returns the current state of an operation (GetOperation).
   *
   * @returns the operation, with response and metadata of `options.type`, otherwise as {@link Any}.
   * @throws {@link RequestError} if the request failed.
   * @throws {@link UnpackError} if the operation is done and its response is not of the declared type.
   * @throws {@link MalformedOperationError} if what came is not an operation.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument is invalid.
   */
  async getOperation<R = Any, M = Any>(
    { name }: { name: string },
    options: TypedRpcOptions<R, M> = {},
  ): Promise<Operation<R, M>> {
    return toOperation(await this.requestState(name, options), options.type, name);
  }

  /**
   * Lists the operations of a collection (ListOperations). Pages are requested as they are consumed.
   *
   * @param request - the collection or its parent, in the form that the service expects. The filter's syntax is the
   * service's.
   * @param options - with a `type`, an operation of another type ends the iteration with an {@link UnpackError}.
   * @throws TypeError if the name is not a string, or the request has a field that does not exist. Errors of requests are
   * thrown by the iteration.
   */
  listOperations<R = Any, M = Any>(
    request: ListOperationsRequest,
    options: TypedRpcOptions<R, M> = {},
  ): OperationList<R, M> {
    assertKnownOptions('request', options, rpcOptionRules);
    assertListRequest(request);
    return new OperationList(
      request.name,
      async (pageToken) =>
        this.#call('ListOperations', request.name, options, (call) =>
          this.#transport.listOperations(mergeDefined(request, { pageToken }), call),
        ),
      options.type,
    );
  }

  /**
   * Waits at the server until the operation is done or `timeoutMs` have passed (WaitOperation). The server may respond
   * sooner although the operation still runs: use a poller to wait until it is done.
   *
   * @param request - the name and the timeout, 60000 ms by default. The deadline of the RPC is ten seconds longer.
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED if the service or the transport does not have
   * WaitOperation.
   * @throws {@link UnpackError} if the operation is done and its response is not of the declared type.
   * @throws {@link MalformedOperationError} if what came is not an operation.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument is invalid.
   */
  async waitOperation<R = Any, M = Any>(
    request: { name: string; timeoutMs?: number | undefined },
    options: TypedRpcOptions<R, M> = {},
  ): Promise<Operation<R, M>> {
    assertKnownOptions('request', options, rpcOptionRules);
    const { name, timeoutMs = 60_000 } = request;
    assertNumber('wait', 'timeoutMs', timeoutMs, 0);
    const rpc = mergeDefined<TypedRpcOptions<R, M>>({ timeoutMs: timeoutMs + waitDeadlineMarginMs }, options);
    const raw = await this.#call('WaitOperation', name, rpc, (call) =>
      callWaitOperation(this.#transport, { name, timeoutMs }, call),
    );
    return toOperation(raw, options.type, name);
  }

  /**
   * Requests cancellation of an operation (CancelOperation). Resolves when the server has accepted the request; the
   * operation may still complete (AIP-151).
   *
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED if the service does not support it.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument is invalid.
   */
  async cancelOperation({ name }: { name: string }, options: RpcOptions = {}): Promise<void> {
    return this.#call('CancelOperation', name, options, (call) => this.#transport.cancelOperation({ name }, call));
  }

  /**
   * Deletes an operation's record (DeleteOperation). Does not cancel the operation.
   *
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED if the service does not support it.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument is invalid.
   */
  async deleteOperation({ name }: { name: string }, options: RpcOptions = {}): Promise<void> {
    return this.#call('DeleteOperation', name, options, (call) => this.#transport.deleteOperation({ name }, call));
  }

  /**
   * Returns a poller for an operation. It sends nothing until a wait starts.
   *
   * @param from - the operation's name, or the operation as the starting call returned it: one that is done is never
   * polled, and the first poll of a running one comes after a delay.
   * @param info - the types of response and metadata; {@link Any} by default.
   * @param options - options that are not set are those of the client.
   * @throws TypeError if `from` is neither a name nor an operation, its name is longer than 4 kB or has `.` or `..`
   * segments, control characters or lone surrogates, or `info` is not a pair of decoders.
   * @throws {@link MalformedOperationError} if the operation is not done and has no name.
   * @throws RangeError if an option is out of range.
   */
  poller<R = Any, M = Any>(
    from: string | RawOperation,
    info?: OperationInfo<R, M>,
    options?: PollingOptions<M>,
  ): LROPoller<R, M> {
    const named = typeof from === 'string';
    assertArgument(from && (named || typeof from === 'object'), 'poll', 'from', 'a name or an operation', from);
    if (!named) assertOperation(from, '', true);
    const name = named ? from : from.name || '';
    // A completed operation is not polled, whatever its name.
    if (named || !isDone(from)) assertResourceName('poll', name);
    const loop = this.#createLoop(name, info, options, Date.now());
    if (!named) loop.applyState(loop.decode(from), now());
    return new LROPoller(this, loop);
  }

  /**
   * Resumes a wait from a saved token: `JSON.stringify(poller)`. The token holds when the operation was first seen, so
   * that a three-hour-old operation is polled at the pace of its age. The first poll is sent at once.
   *
   * @param token - from `poller.toJSON()`, or {@link PollingTimeoutError.token}.
   * @param info - the types of response and metadata: the same as when the token was made.
   * @throws TypeError that names the problem, if the token is invalid or belongs to another service or other types.
   * @throws RangeError if an option is out of range.
   */
  resume<R = Any, M = Any>(
    token: ResumeToken,
    info?: OperationInfo<R, M>,
    options?: PollingOptions<M>,
  ): LROPoller<R, M> {
    const { apiEndpoint } = this.#transport;
    const { name, startedAtMs } = readToken(token, { info: validateInfo(info), apiEndpoint });
    return new LROPoller(this, this.#createLoop(name, info, options, startedAtMs));
  }

  /**
   * Applies a state that did not come by a request, such as a message from Pub/Sub, to every active poller of that
   * operation (see {@link LROPoller.applyUpdate}). A poller that knows a newer state ignores it.
   *
   * @returns how many pollers applied it.
   * @throws TypeError if the operation has no name.
   * @throws {@link MalformedOperationError} if it is not an operation.
   */
  applyUpdate(raw: RawOperation): number {
    assertOperation(raw, '', true);
    const { name } = raw;
    assertName('apply an update', name);
    return this.#context.activeLoops.snapshot().filter((loop) => loop.name === name && loop.applyUpdate(raw, true))
      .length;
  }

  /**
   * Polls once for each wait, now: the delays between retries end, and a request that has no response yet is sent again if
   * it should have one by now. The schedule continues from there. A delay that the server requested remains.
   *
   * In a page the transports call it when the browser is back online or the page is shown again. Call it yourself when you
   * learn that requests may succeed again.
   */
  pollNow(): void {
    for (const loop of this.#context.activeLoops.snapshot()) loop.resetSchedule(true);
  }

  /** Closes the transport. Pending waits and calls reject with a {@link RequestError} (CANCELLED). */
  async close(): Promise<void> {
    const closedError = (rpc: RpcInfo): RequestError => requestError(rpc, Code.CANCELLED, 'the client was closed');
    for (const loop of this.#context.activeLoops.snapshot()) {
      loop.fail(closedError({ method: 'GetOperation', name: loop.name }));
    }
    this.#calls.abort(closedError);
    await this.#transport.close();
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #createLoop<R, M>(
    name: string,
    info: OperationInfo<R, M> | undefined,
    options: PollingOptions<M> | undefined,
    startedAtMs: number,
  ): PollLoop<R, M> {
    return new PollLoop<R, M>(this.#context, {
      name,
      info: validateInfo(info),
      settings: mergePollingOptions(this.#settings, options),
      startedAtMs,
    });
  }

  async #call<T>(
    method: OperationsMethod,
    name: string,
    options: RpcOptions,
    send: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const { signal, ...how } = readRpcOptions(method, name, options, this.#retry);
    const { timers } = this.#context;
    return this.#calls.run({ method, name, send, ...how, context: { timers } }, signal);
  }
}
