import { CallPromise } from '../rpc/call-promise.js';
import { defaultRetryPolicy, type RetryPolicy } from '../rpc/retry.js';
import type {
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsMethod,
  RawOperation,
} from '../transport.js';
import { now } from '../rpc/timer-wheel.js';
import type { ClientContext } from '../waiting/client-context.js';
import { FairQueue } from './fair-queue.js';

/** No retries: the poll that requested it retries. */
const noRetry: RetryPolicy = { ...defaultRetryPolicy, maxAttempts: 1 };

/** The requests of one collection: they have the same headers, and a common queue before the client's rate limiter. */
export class LookupRequests {
  readonly #context: ClientContext;
  readonly #headers: Readonly<Record<string, string>> | undefined;
  readonly #fairQueue: FairQueue | undefined;

  constructor(context: ClientContext, headers: Readonly<Record<string, string>> | undefined) {
    this.#context = context;
    this.#headers = headers;
    this.#fairQueue = context.rateLimiter && new FairQueue(context.rateLimiter);
  }

  /** Whether they may have to wait for the rate limiter. */
  get areLimited(): boolean {
    return this.#fairQueue !== undefined;
  }

  getOperation(name: string, timeoutMs: number): CallPromise<RawOperation> {
    const { transport } = this.#context;
    return this.#call('GetOperation', name, timeoutMs, (options) => transport.getOperation({ name }, options));
  }

  listOperations(request: ListOperationsRequest, timeoutMs: number): CallPromise<ListOperationsResponse> {
    const { transport } = this.#context;
    const send = (options: CallOptions): Promise<ListOperationsResponse> => transport.listOperations(request, options);
    return this.#call('ListOperations', request.name, timeoutMs, send);
  }

  #call<T>(
    method: OperationsMethod,
    name: string,
    timeoutMs: number,
    send: (options: CallOptions) => Promise<T>,
  ): CallPromise<T> {
    return new CallPromise({
      method,
      name,
      send: (options) => this.#measure(send(options)),
      settings: { retry: noRetry, headers: this.#headers },
      context: { timers: this.#context.timers, rateLimiter: this.#fairQueue },
      timeoutMs: () => timeoutMs,
    });
  }

  #measure<T>(response: Promise<T>): Promise<T> {
    const context = this.#context;
    const sentMs = now();
    const note = (): void => {
      context.slowestResponseMs = Math.max(context.slowestResponseMs, now() - sentMs);
    };
    // A transport that returns no promise is reported by the call.
    if (typeof (response as Promise<T> | undefined)?.then === 'function') response.then(note, () => undefined);
    return response;
  }
}
