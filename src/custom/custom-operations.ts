import type { OperationInfo } from '../any.js';
import { invalidArgumentMessage } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import { transportError, type RpcInfo } from '../rest/failure.js';
import type { Method } from '../rest/http-rule.js';
import { runWithLimits } from '../rest/limits.js';
import { callSignal } from '../rpc/call-options.js';
import { Code } from '../status.js';
import type {
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsTransport,
  RawOperation,
} from '../transport.js';
import { toFailure } from './failure.js';
import { checkOptions, type CustomCallOptions, type CustomOperationsOptions } from './options.js';
import { statusFrom } from './status.js';
import { wrapValue, wrappedInfo } from './value.js';

/**
 * A transport over operations of another form than `google.longrunning`.
 *
 * @typeParam T - the resource, as the service has it.
 * @typeParam R - the response.
 * @typeParam M - the metadata.
 */
export interface CustomTransport<T, R, M> extends OperationsTransport {
  /** The types of the operations, for `client.poller()`, `client.resume()` and the `type` option of other calls. */
  readonly info: OperationInfo<R, M>;
  /**
   * What the call that starts the work answered with, for `client.poller()`: one that is done is then never asked for.
   *
   * @param resource - the answer.
   * @param name - the name to ask for it by; what the option `name` gives, if absent.
   * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if there is no resource.
   */
  rawOperation(resource: T, name?: string): RawOperation;
}

/**
 * A transport for operations that are not `google.longrunning`: Compute Engine's, Cloud SQL's, the jobs of a service of
 * your own. A client over it waits, retries, resumes and reports as over any other.
 *
 * What a verb throws becomes a {@link longrunning.RequestError | RequestError} by its structure: a `Response` of `fetch`,
 * or an error that holds one or an HTTP status (gaxios, googleapis, axios, ky, …); an error of gRPC or google-gax; a
 * broken connection. Such an error is no `cause`, since it may hold the request with its credentials. A `TypeError` and
 * the like, which asking again does not cure, stay as they are. A verb that is absent is UNIMPLEMENTED, before anything
 * is sent. After `close()` calls reject with CANCELLED.
 *
 * @typeParam T - the resource, inferred from `get`, which is best written first.
 * @typeParam R - the response, inferred from `response`.
 * @typeParam M - the metadata, inferred from `metadata`.
 * @throws TypeError if an option makes no sense.
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
 * await using client = new OperationsClient({ transport: jobs });
 * const result = await client.poller('jobs/7', jobs.info).promise();
 * ```
 */
export function customOperations<T, R = T, M = T>(options: CustomOperationsOptions<T, R, M>): CustomTransport<T, R, M> {
  checkOptions(options);
  return new CustomOperationsTransport(options);
}

class CustomOperationsTransport<T, R, M> implements CustomTransport<T, R, M> {
  readonly apiEndpoint: string | undefined;
  readonly info: OperationInfo<R, M> = wrappedInfo();
  declare waitOperation?: NonNullable<OperationsTransport['waitOperation']>;
  readonly #options: CustomOperationsOptions<T, R, M>;
  readonly #activeCalls = new Set<() => void>();
  #closed = false;

  constructor(options: CustomOperationsOptions<T, R, M>) {
    this.#options = { ...options };
    this.apiEndpoint = options.apiEndpoint;
    const { wait } = this.#options;
    if (!wait) return;
    this.waitOperation = ({ name, timeoutMs }, callOptions) =>
      this.#call('WaitOperation', name, callOptions, async (within) =>
        this.rawOperation(await wait({ name, timeoutMs }, within), name),
      );
  }

  rawOperation(resource: T, name = ''): RawOperation {
    const options = this.#options;
    // Without a resource none of the functions can tell anything.
    const given: unknown = resource;
    if (given === undefined || given === null) throw new MalformedOperationError(name, `the resource is ${given}`);
    const resolvedName = name === '' ? (options.name?.(resource) ?? '') : name;
    const done = options.done(resource);
    // What is only something like true would be polled for ever: completion is `true` and nothing else.
    if (done && (done as unknown) !== true) {
      throw new TypeError(
        invalidArgumentMessage('read a resource', 'done', 'a function that gives true or false', done),
      );
    }
    const metadata = wrapValue('metadata', () => (options.metadata ? options.metadata(resource) : resource));
    const error = done ? options.error?.(resource) : undefined;
    const status = error ? statusFrom(error) : undefined;
    // Some services always send a status, whose code 0 is no error.
    if (status && status.code !== Code.OK) return { name: resolvedName, done, metadata, error: status };
    if (!done) return { name: resolvedName, done, metadata };
    return {
      name: resolvedName,
      done,
      metadata,
      response: wrapValue('response', () => (options.response ? options.response(resource) : resource)),
    };
  }

  getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#call('GetOperation', name, options, async (within) =>
      this.rawOperation(await this.#options.get({ name }, within), name),
    );
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    const { list } = this.#options;
    return this.#call(
      'ListOperations',
      request.name,
      options,
      list &&
        (async (within) => {
          const { operations, nextPageToken, unreachable } = await list(request, within);
          return {
            operations: operations.map((resource) => this.rawOperation(resource)),
            nextPageToken: nextPageToken ?? '',
            unreachable: [...(unreachable ?? [])],
          };
        }),
    );
  }

  async cancelOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    const { cancel } = this.#options;
    await this.#call('CancelOperation', name, options, cancel && ((within) => cancel({ name }, within)));
  }

  async deleteOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    const { delete: deleteHandler } = this.#options;
    await this.#call('DeleteOperation', name, options, deleteHandler && ((within) => deleteHandler({ name }, within)));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of [...this.#activeCalls]) end();
    await this.#options.close?.();
  }

  /** Does one call within its limits; what it fails with is an error of ours. */
  async #call<A>(
    method: Method,
    name: string,
    options: CallOptions,
    handler: ((within: CustomCallOptions) => Promise<A>) | undefined,
  ): Promise<A> {
    const { timeoutMs = 60_000, headers } = options;
    const call: RpcInfo = { method, name };
    const failure = (code: Code, message: string): Error => transportError(call, code, message);
    const closedError = (): Error => failure(Code.CANCELLED, 'the transport is closed');
    if (this.#closed) throw closedError();
    if (!handler) throw failure(Code.UNIMPLEMENTED, 'these operations have no such method; nothing was sent');
    const limits = {
      signal: callSignal(options),
      timeoutMs,
      timeoutError: () => failure(Code.DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`),
      closedError,
      activeCalls: this.#activeCalls,
    };
    return runWithLimits(limits, async (signal) => {
      try {
        return await handler({ signal, timeoutMs, headers });
      } catch (error) {
        throw await toFailure(error, call);
      }
    });
  }
}
