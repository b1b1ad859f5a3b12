import type { Any, OperationInfo } from './any.js';
import { assertName, assertNumber, assertSignal, assertArgument, mergeDefined } from './arguments.js';
import type { CoalesceOptions } from './coalescing/options.js';
import { requestError } from './errors.js';
import { OperationList } from './operation-list.js';
import { anyInfo, toOperation, type Operation } from './operation.js';
import { LROPoller } from './poller.js';
import {
  defaultPollingSettings,
  mergePollingOptions,
  type PollingOptions,
  type PollingSettings,
} from './polling/settings.js';
import { readToken, type ResumeToken } from './resume-token.js';
import { CallPromise } from './rpc/call-promise.js';
import { defaultTimeoutMs } from './rpc/rpc-call.js';
import { defaultRetryPolicy, mergeRetryOptions, type RetryOptions, type RetryPolicy } from './rpc/retry.js';
import { RateLimiter } from './rpc/rate-limiter.js';
import { ActiveList } from './rpc/active-list.js';
import { TimerWheel } from './rpc/timer-wheel.js';
import { Code } from './status.js';
import type { CallOptions, ListOperationsRequest, OperationsTransport, RawOperation } from './transport.js';
import type { ClientContext, Lookup } from './waiting/client-context.js';
import { PollLoop } from './waiting/poll-loop.js';
import { graceMs, sendWait } from './waiting/wait-request.js';
import { WaitSupport } from './waiting/wait-support.js';

/** Options of {@link OperationsClient}. */
export interface OperationsClientOptions {
  /** How to reach the service: `grpcTransport()`, `restTransport()`, `gaxTransport()`, or one of your own. */
  transport: OperationsTransport;
  /** How the client's pollers wait, unless they are told otherwise. */
  polling?: PollingOptions | undefined;
  /** What to do when an RPC fails, single calls and polls alike. */
  retry?: RetryOptions | undefined;
  /**
   * How many server-side waits (WaitOperation) the client's pollers may have open at once; the rest poll.
   * @defaultValue 32
   */
  maxConcurrentServerWaits?: number | undefined;
  /**
   * How many requests per second the client's pollers may send between them, the earliest due first. A service that
   * answers RESOURCE_EXHAUSTED lowers it for a while.
   * @defaultValue Infinity
   */
  maxRequestsPerSecond?: number | undefined;
  /**
   * Whether polls of operations under one parent that fall due together become ListOperations. A poll may then come up
   * to 5 % of its delay later. Each operation that the list lacks is asked for by GetOperation.
   * @defaultValue false
   */
  coalesce?: boolean | CoalesceOptions | undefined;
}

/** Options of a single RPC. */
export interface RpcOptions extends CallOptions {
  /** What to do when it fails; what is not set here is as the client has it. */
  retry?: RetryOptions | undefined;
}

/** Options of an RPC that gives operations. */
export interface TypedRpcOptions<R, M> extends RpcOptions {
  /** What to unpack the operations as. */
  type?: OperationInfo<R, M> | undefined;
}

/**
 * A client of `google.longrunning.Operations`: its five RPCs, and pollers that wait.
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

  /**
   * @throws TypeError if there is no transport.
   * @throws RangeError if an option is out of its range.
   */
  constructor(options: OperationsClientOptions) {
    const action = 'make a client';
    const {
      transport,
      retry,
      polling,
      maxConcurrentServerWaits = 32,
      maxRequestsPerSecond = Infinity,
      coalesce,
    } = options;
    const hasGetOperation = typeof (transport as Partial<OperationsTransport> | undefined)?.getOperation === 'function';
    assertArgument(hasGetOperation, action, 'transport', 'one', transport);
    this.#transport = transport;
    this.#retry = mergeRetryOptions(defaultRetryPolicy, retry);
    this.#settings = { ...defaultPollingSettings(retry, polling), alignmentTolerance: coalesce ? 0.05 : 0 };
    assertNumber(action, 'maxConcurrentServerWaits', maxConcurrentServerWaits, 0);
    assertNumber(action, 'maxRequestsPerSecond', maxRequestsPerSecond, 0.001);
    const timers = new TimerWheel();
    this.#context = {
      transport,
      timers,
      waitSupport: new WaitSupport(maxConcurrentServerWaits),
      activeLoops: new ActiveList(),
      rateLimiter: maxRequestsPerSecond < Infinity ? new RateLimiter(maxRequestsPerSecond, timers) : undefined,
      lookup: coalesce ? this.#loadingLookup(coalesce) : undefined,
    };
  }

  /**
   * The present state of an operation, by GetOperation.
   *
   * @param request - the name.
   * @returns the operation; its response and metadata as `options.type` has it, else as {@link Any}.
   * @throws {@link RequestError} if the request failed.
   * @throws {@link UnpackError} if it is done and the response is not of the declared type.
   * @throws {@link MalformedOperationError} if the answer is no operation.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument makes no sense.
   */
  async getOperation<R = Any, M = Any>(
    { name }: { name: string },
    options: TypedRpcOptions<R, M> = {},
  ): Promise<Operation<R, M>> {
    const raw = await this.#call('GetOperation', name, options, (call) => this.#transport.getOperation({ name }, call));
    return toOperation(raw, options.type, name);
  }

  /**
   * The operations of a collection, by ListOperations, page by page as they are consumed.
   *
   * @param request - the collection or its parent, in the form that the service wants; the filter is the service's own.
   * @param options - with a `type`, an operation of other types ends the iteration with an {@link UnpackError}.
   * @throws TypeError if the request makes no sense; what a request may fail with comes from the iteration.
   */
  listOperations<R = Any, M = Any>(
    request: ListOperationsRequest,
    options: TypedRpcOptions<R, M> = {},
  ): OperationList<R, M> {
    assertArgument(typeof request.name === 'string', 'list', 'name', 'a string', request.name);
    return new OperationList(
      async (pageToken) =>
        this.#call('ListOperations', request.name, options, (call) =>
          this.#transport.listOperations(mergeDefined(request, { pageToken }), call),
        ),
      options.type,
    );
  }

  /**
   * Waits at the server, by WaitOperation, until the operation is done or `timeoutMs` have passed. The server may
   * answer sooner, also when the operation still runs: use a poller to wait for the end.
   *
   * @param request - the name, and how long to wait: 60000 ms unless told. The deadline of the RPC is ten seconds more.
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED if the service or the wire has no WaitOperation.
   * @throws {@link UnpackError} if it is done and the response is not of the declared type.
   * @throws {@link MalformedOperationError} if the answer is no operation.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument makes no sense.
   */
  async waitOperation<R = Any, M = Any>(
    request: { name: string; timeoutMs?: number | undefined },
    options: TypedRpcOptions<R, M> = {},
  ): Promise<Operation<R, M>> {
    const { name, timeoutMs = 60_000 } = request;
    assertNumber('wait', 'timeoutMs', timeoutMs, 0);
    const rpc = mergeDefined<TypedRpcOptions<R, M>>({ timeoutMs: timeoutMs + graceMs }, options);
    const raw = await this.#call('WaitOperation', name, rpc, (call) =>
      sendWait(this.#transport, { name, timeoutMs }, call),
    );
    return toOperation(raw, options.type, name);
  }

  /**
   * Asks the server to cancel an operation, by CancelOperation. It resolves when the server has taken the request,
   * which is no promise that the operation will be cancelled (AIP-151).
   *
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED where the service cannot cancel.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument makes no sense.
   */
  async cancelOperation({ name }: { name: string }, options: RpcOptions = {}): Promise<void> {
    return this.#call('CancelOperation', name, options, (call) => this.#transport.cancelOperation({ name }, call));
  }

  /**
   * Tells the server that nobody wants an operation's result any more, by DeleteOperation. It does not cancel it.
   *
   * @throws {@link RequestError} if the request failed; UNIMPLEMENTED where the service cannot delete.
   * @throws the signal's reason when it is aborted.
   * @throws TypeError or RangeError if an argument makes no sense.
   */
  async deleteOperation({ name }: { name: string }, options: RpcOptions = {}): Promise<void> {
    return this.#call('DeleteOperation', name, options, (call) => this.#transport.deleteOperation({ name }, call));
  }

  /**
   * A poller for an operation. It asks nothing until somebody waits.
   *
   * @param from - the operation's name, or the operation as the call that started it gave it: one that is done is
   * never asked for, and one that runs is not asked for again at once.
   * @param info - what to unpack it as; without it response and metadata stay {@link Any}.
   * @param options - how to wait; what is not set is as the client has it.
   * @throws TypeError if `from` is neither a name nor an operation, or `info` is no pair of decoders.
   * @throws {@link MalformedOperationError} if it is an operation neither done nor named.
   * @throws RangeError if an option is out of its range.
   */
  poller<R = Any, M = Any>(
    from: string | RawOperation,
    info?: OperationInfo<R, M>,
    options?: PollingOptions<M>,
  ): LROPoller<R, M> {
    const named = typeof from === 'string';
    assertArgument(from && (named || typeof from === 'object'), 'poll', 'from', 'a name or an operation', from);
    const loop = this.#createLoop(named ? from : toOperation(from).name, info, options, Date.now());
    if (!named) loop.applyState(from);
    return new LROPoller(this, loop);
  }

  /**
   * Takes up a wait that was saved as a token: `JSON.stringify(poller)`. The operation's age goes on from where it was,
   * so that an operation of three hours is not asked for every half second. The first poll comes at once.
   *
   * @param token - what `poller.toJSON()` gave, or {@link PollingTimeoutError.token}.
   * @param info - what to unpack the operation as: the same types as when the token was made.
   * @throws TypeError that says what is wrong with the token, or that it belongs to another service or other types.
   * @throws RangeError if an option is out of its range.
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

  /** Lets go of the transport's connections. Waits under way fail with a {@link RequestError} (CANCELLED). */
  async close(): Promise<void> {
    for (const loop of this.#context.activeLoops.snapshot()) {
      loop.fail(requestError({ method: 'GetOperation', name: loop.name }, Code.CANCELLED, 'the client was closed'));
    }
    await this.#transport.close();
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Loads the coalescer on the first lookup; it then replaces this function. */
  #loadingLookup(coalesce: true | CoalesceOptions): Lookup {
    let loading: Promise<Lookup> | undefined;
    const load = async (): Promise<Lookup> => {
      try {
        const { installCoalescer } = await import('./coalescing/coalescer.js');
        return installCoalescer(this.#context, coalesce);
      } catch (error) {
        loading = undefined; // The next attempt of the poll loads it again.
        throw error;
      }
    };
    return async (...args) => (await (loading ??= load()))(...args);
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

  #call<T>(method: string, name: string, options: RpcOptions, send: (options: CallOptions) => Promise<T>): Promise<T> {
    const { signal, timeoutMs = defaultTimeoutMs, headers } = options;
    // A list may have none: Cloud Functions v1 says that it must not be set.
    if (method !== 'ListOperations') assertName('request', name);
    assertNumber('request', 'timeoutMs', timeoutMs, 1);
    assertSignal('request', signal);
    return new CallPromise(
      {
        method,
        name,
        send,
        headers,
        retry: mergeRetryOptions(this.#retry, options.retry),
        timeoutMs: () => timeoutMs,
        timers: this.#context.timers,
      },
      signal,
    ).start();
  }
}

/** Checked here: who declares a type wrongly should not hear of it when the operation is done, in two hours. */
function validateInfo<R, M>(info: OperationInfo<R, M> | undefined): OperationInfo<R, M> {
  const types = info ?? (anyInfo as OperationInfo<unknown, unknown> as OperationInfo<R, M>);
  const { response, metadata } = types as Partial<OperationInfo<R, M>>;
  const valid = [response, metadata].every((decoder) => typeof decoder?.decode === 'function');
  assertArgument(valid, 'poll', 'info', 'two decoders, by operationInfo()', info);
  return types;
}
