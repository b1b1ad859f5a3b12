import type { OperationInfo } from '../any.js';
import { OperationsClient } from '../client.js';
import { MalformedOperationError } from '../decode-errors.js';
import { requestError } from '../errors.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import { Code } from '../status.js';
import type {
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsMethod,
  OperationsTransport,
  RawOperation,
} from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import { CallScope, type CallContext } from '../transports/call-scope.js';
import type { CustomTransport } from './custom-transport.js';
import type { FieldOrResource } from './defaults.js';
import { toFailure } from './failure.js';
import { checkOptions, type CustomCallOptions, type CustomOperationsOptions } from './options.js';
import { interruptible, Interruptions } from './interruptions.js';
import { ResourceReader } from './resource-reader.js';
import { describeResource } from './silent-responses.js';
import { wrappedInfo } from './value.js';

/**
 * Creates a transport for operations that are not `google.longrunning`: Compute Engine's, Cloud SQL's, the jobs of your own
 * service. A client over it waits, retries, resumes and reports as over any other.
 *
 * Only `get` is required. Without the functions that read a resource, its fields are read: `done`, `error`, `response`,
 * `metadata` and `name`, as in `google.longrunning`, or `status: 'DONE'`, as in Compute Engine. A resource that is done and
 * has an `error`, or a state such as `'FAILED'`, has failed, unless `error: () => undefined` says otherwise.
 *
 * What a function that sends a request throws becomes a {@link longrunning.RequestError | RequestError} by its structure: a
 * `Response` of `fetch`, an error with a response or an HTTP status (gaxios, googleapis, axios, ky, …), an error of gRPC or
 * google-gax, a broken connection. Such an error is not the `cause`, since it may hold the request with its credentials. A
 * `TypeError` and other errors of the program are thrown unchanged. What a function that reads a resource throws is never
 * retried: it is the `cause` of a {@link longrunning.MalformedOperationError | MalformedOperationError}; for `response` and
 * `metadata` see there. A method without a function is UNIMPLEMENTED. After `close()` calls reject with CANCELLED.
 *
 * @typeParam T - the resource, inferred from `get`; write `get` first.
 * @typeParam R - the response, inferred from `response`.
 * @typeParam M - the metadata, inferred from `metadata`.
 * @throws TypeError if an option is invalid.
 *
 * @example
 * ```ts
 * const jobs = customOperations({
 *   get: async ({ name }, { signal }): Promise<Job> => {
 *     const response = await fetch(`https://jobs.example.com/${name}`, { signal });
 *     if (!response.ok) throw response;
 *     return (await response.json()) as Job;
 *   },
 *   done: (job) => job.state !== 'running',
 *   error: (job) => (job.state === 'failed' ? { message: job.problem } : undefined),
 *   response: (job) => job.result,
 * });
 * const result = await jobs.poller('jobs/7').promise();
 * ```
 */
export function customOperations<T, R = FieldOrResource<T, 'response'>, M = FieldOrResource<T, 'metadata'>>(
  options: CustomOperationsOptions<T, R, M>,
): CustomTransport<T, R, M> {
  return new CustomOperationsTransport(options);
}

/** What {@link customOperations} returns. */
export class CustomOperationsTransport<T, R, M> implements CustomTransport<T, R, M> {
  readonly apiEndpoint: string | undefined;
  readonly info: OperationInfo<R, M> = wrappedInfo();
  declare waitOperation?: NonNullable<OperationsTransport['waitOperation']>;
  readonly #options: CustomOperationsOptions<T, R, M>;
  readonly #scope = new CallScope();
  readonly #reader: ResourceReader<T, R, M>;
  readonly #interruptions = new Interruptions<T>();
  #client: OperationsClient | undefined;

  /**
   * @param polling - defaults for its pollers, checked here.
   * @throws TypeError or RangeError if an option is invalid.
   */
  constructor(options: CustomOperationsOptions<T, R, M>, polling?: PollingOptions<M>) {
    checkOptions(options);
    this.#options = { ...options };
    this.#reader = new ResourceReader(this.#options);
    this.apiEndpoint = options.apiEndpoint;
    const { wait } = this.#options;
    // Pollers without a client of the caller's own need no other.
    if (polling) this.#client = new OperationsClient({ transport: this, polling: polling as PollingOptions });
    if (!wait) return;
    this.waitOperation = ({ name, timeoutMs }, callOptions) => {
      const handler: Handler<RawOperation> = (context) =>
        this.#readLater(name, () => wait({ name, timeoutMs }, context));
      return this.#call('WaitOperation', name, callOptions, handler, timeoutMs);
    };
  }

  rawOperation(resource: T, name?: string): RawOperation {
    return this.#reader.toOperation(resource, name);
  }

  /** Sends a request, and reads the response to it. */
  async #readLater(name: string, send: () => Promise<T>): Promise<RawOperation> {
    const request = ++this.#interruptions.requestCount;
    const resource = await send();
    const raw = this.#reader.readResponse(resource, name);
    if (raw.interruption !== undefined) this.#interruptions.notify(name, { resource, raw, request });
    return raw;
  }

  getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#call('GetOperation', name, options, (context) =>
      this.#readLater(name, () => this.#options.get({ name }, context)),
    );
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    const { list } = this.#options;
    const handler: Handler<ListOperationsResponse> | undefined =
      list &&
      (async (context) => {
        const page = asRecord(await list(request, context));
        // What is not a page, or not a list in it, is reported by the client.
        const { operations: given } = page;
        const operations = Array.isArray(given)
          ? given.map((resource: T) => this.#reader.readResponse(resource))
          : undefined;
        return { ...page, operations, nextPageToken: page.nextPageToken ?? '' } as unknown as ListOperationsResponse;
      });
    return this.#call('ListOperations', request.name, options, handler);
  }

  async cancelOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    const { cancel } = this.#options;
    await this.#call('CancelOperation', name, options, cancel && ((context) => cancel({ name }, context)));
  }

  async deleteOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    const { delete: deleteHandler } = this.#options;
    const handler: Handler<unknown> | undefined = deleteHandler && ((context) => deleteHandler({ name }, context));
    await this.#call('DeleteOperation', name, options, handler);
  }

  poller(from: T | string, options?: PollingOptions<M>): LROPoller<R, M> {
    const operation = typeof from === 'string' ? from : this.#startedOperation(from);
    return this.#interruptible(this.#ownClient().poller(operation, this.info, options));
  }

  /** The operation that the starting call returned, which can be polled unless it is done. */
  #startedOperation(resource: T): RawOperation {
    const operation = this.rawOperation(resource);
    if (operation.done || operation.name) return operation;
    throw new MalformedOperationError('', `it is neither done nor named: ${describeResource(resource)}; pass 'name'`);
  }

  resume(token: ResumeToken, options?: PollingOptions<M>): LROPoller<R, M> {
    return this.#interruptible(this.#ownClient().resume(token, this.info, options));
  }

  #interruptible(poller: LROPoller<R, M>): LROPoller<R, M> {
    const { interrupted, onInterrupted } = this.#options;
    return interrupted ? interruptible(poller, this.#interruptions, onInterrupted) : poller;
  }

  onReturn(listener: () => void): void {
    this.#scope.onReturn(listener);
  }

  async close(): Promise<void> {
    if (!this.#scope.close()) return;
    // It closes this transport again, which has no effect.
    await this.#client?.close();
    await this.#options.close?.();
  }

  #ownClient(): OperationsClient {
    return (this.#client ??= new OperationsClient({ transport: this }));
  }

  /** Runs one call with deadline and signal; failures are converted to RequestErrors. */
  #call<A>(
    method: OperationsMethod,
    name: string,
    options: CallOptions,
    handler: Handler<A> | undefined,
    waitMs?: number,
  ): Promise<A> {
    const rpc = { method, name };
    const work = async (call: CallContext): Promise<A> => {
      const problem = 'customOperations() has no function for it; nothing was sent';
      if (!handler) throw requestError(rpc, Code.UNIMPLEMENTED, problem);
      try {
        return await handler(callOptions(call, options));
      } catch (error) {
        throw await toFailure(error, rpc);
      }
    };
    return this.#scope.run(rpc, options, work, waitMs);
  }
}

type Handler<A> = (options: CustomCallOptions) => Promise<A>;

/** The options for a callback. The signal is created when the callback reads it. */
function callOptions(call: CallContext, { headers }: CallOptions): CustomCallOptions {
  return {
    get signal() {
      return call.signal;
    },
    timeoutMs: call.timeoutMs,
    headers,
  };
}
