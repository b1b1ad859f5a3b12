import {
  Code,
  RequestError,
  type CallOptions,
  type ListOperationsRequest,
  type ListOperationsResponse,
  type OperationsTransport,
  type RawOperation,
} from '../src/index.js';
import type { VirtualClock } from '../bench/support/virtual-clock.js';
import type { Random } from '../sim/random.js';
import { abortReason } from '../src/rpc/abort.js';
import { addCallAbortListener, callSignal } from '../src/rpc/call-options.js';

/** How many operations a parent has: consecutive ones, so that most of them run at the same time. */
export const operationsPerParent = 500;

export function nameOf(index: number): string {
  return `${parentOf(index)}/operations/${index}`;
}

/** What an operation ends with. */
export type Result = 'response' | 'error';

/** What the service is made from. */
export interface ServiceOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly operations: number;
  /** The share of requests that fail. */
  readonly faults: number;
}

/** A service in this process, on a network that fails. It knows how each operation ends, and keeps nothing else. */
export class Service implements OperationsTransport {
  requests = 0;
  faults = 0;
  /** The most requests in one second of the clock. */
  maxRequestsPerSecond = 0;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #faultShare: number;
  readonly #endMs: Float64Array;
  #second = -1;
  #requestsThisSecond = 0;

  constructor({ clock, random, operations, faults }: ServiceOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#faultShare = faults;
    this.#endMs = new Float64Array(operations).fill(NaN);
  }

  start(index: number, durationMs: number): void {
    this.#endMs[index] = this.#clock.nowMs + durationMs;
  }

  /** When an operation ends; NaN: it has not started. */
  endMs(index: number): number {
    return this.#endMs[index] ?? NaN;
  }

  getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#respond('GetOperation', name, options, () => this.#state(indexOf(name)));
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    const { name, pageToken, pageSize = maxPageSize } = request;
    return this.#respond('ListOperations', name, options, () => {
      const first = Number(name.slice(name.lastIndexOf('/') + 1)) * operationsPerParent;
      const from = first + Number(pageToken ?? 0);
      const to = Math.min(from + Math.min(pageSize, maxPageSize), first + operationsPerParent);
      const operations: RawOperation[] = [];
      for (let index = from; index < to; index++)
        if (!Number.isNaN(this.endMs(index))) operations.push(this.#state(index));
      return {
        operations,
        nextPageToken: to < first + operationsPerParent ? String(to - first) : '',
        unreachable: [],
      };
    });
  }

  cancelOperation(): Promise<void> {
    return Promise.resolve();
  }

  deleteOperation(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #state(index: number): RawOperation {
    const name = nameOf(index);
    if (!(this.#clock.nowMs >= this.endMs(index))) return { name, done: false };
    if (resultOf(index) === 'response') return { name, done: true, response: { typeUrl, json: index } };
    return { name, done: true, error: { code: Code.ABORTED, message: String(index), details: [] } };
  }

  /** Answers a request after its way there, and delivers the response after its way back, unless a fault prevents it. */
  #respond<T>(method: string, name: string, options: CallOptions, read: () => T): Promise<T> {
    this.#count();
    const latencyMs = this.#random.whole(5, 100);
    const fault = this.#random.chance(this.#faultShare) ? this.#random.pick(faultKinds) : undefined;
    if (fault) this.faults++;
    return new Promise((resolve, reject) => {
      if (fault === 'request-lost' || fault === 'response-lost')
        return addCallAbortListener(callSignal(options), () => reject(abortReason(callSignal(options)!)));
      const delayMs = fault === 'slow' ? 20 * latencyMs : latencyMs;
      void this.#clock.sleep(delayMs).then(() => {
        if (fault === 'reset') return reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
        if (fault && fault !== 'slow') return reject(failure(method, name, fault));
        const value = read();
        void this.#clock.sleep(delayMs).then(() => resolve(value));
      });
    });
  }

  #count(): void {
    this.requests++;
    const second = Math.floor(this.#clock.nowMs / 1000);
    if (second !== this.#second) this.#requestsThisSecond = 0;
    this.#second = second;
    this.maxRequestsPerSecond = Math.max(this.maxRequestsPerSecond, ++this.#requestsThisSecond);
  }
}

export const typeUrl = 'type.googleapis.com/test.Result';

/** One operation in ten fails. */
export function resultOf(index: number): Result {
  return index % 10 === 9 ? 'error' : 'response';
}

const maxPageSize = 200;

const faultKinds = [
  'request-lost',
  'response-lost',
  'reset',
  'slow',
  Code.UNAVAILABLE,
  Code.RESOURCE_EXHAUSTED,
  Code.INTERNAL,
  Code.DEADLINE_EXCEEDED,
] as const;

function parentOf(index: number): string {
  return `projects/p/locations/${Math.floor(index / operationsPerParent)}`;
}

function indexOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('/') + 1));
}

function failure(method: string, operationName: string, code: Code): RequestError {
  const status = { code, message: 'by the fault share', details: [] };
  return new RequestError({ method, operationName, status, origin: 'service' });
}
