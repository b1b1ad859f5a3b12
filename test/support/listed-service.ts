import { abortReason } from '../../src/rpc/abort.js';
import { callSignal } from '../../src/rpc/call-options.js';
import {
  Code,
  RequestError,
  type CallOptions,
  type ListOperationsRequest,
  type ListOperationsResponse,
  type OperationsTransport,
  type RawOperation,
} from '../../src/index.js';

export const parent = 'projects/p/locations/l';

export function nameOf(index: number): string {
  return `${parent}/operations/${index}`;
}

/** Faults of a service. Shares are from 0 to 1. */
export interface Trouble {
  /** Share of calls that fail. */
  readonly failing: number;
  /** Maximum time for a request to arrive, and again for its response, in milliseconds. */
  readonly latencyMs: number;
  /** How far a list is behind, in milliseconds. */
  readonly lagMs: number;
  /** Share of operations that lists lack. */
  readonly lacks: number;
  /** Share of operations that are listed twice. */
  readonly twice: number;
  /** Share of operations that are listed without their results. */
  readonly bare: number;
  /** Share of pages without a response. */
  readonly pageHangs: number;
  /** Index of the first page that always fails. */
  readonly breaksAtPage: number | undefined;
  /** Whether the token of each page is that of the same page. */
  readonly sameToken: boolean;
  readonly unreachable: boolean;
  /** The name that lists accept. */
  readonly form: 'parent' | 'collection' | 'both' | 'none' | 'denied';
  readonly maxPageSize: number;
  readonly seed: number;
}

/** A service of operations with faulty lists. */
export class ListedService implements OperationsTransport {
  readonly durations: readonly number[];
  readonly deleted: readonly (number | undefined)[];
  readonly trouble: Trouble;
  gets = 0;
  lists = 0;
  /** Number of pending requests. */
  open = 0;
  readonly #startMs = performance.now();
  readonly #old: number;
  #random: number;

  constructor(
    durations: readonly number[],
    deleted: readonly (number | undefined)[] = [],
    old = 0,
    trouble: Partial<Trouble> = {},
  ) {
    this.durations = durations;
    this.deleted = deleted;
    this.#old = old;
    this.trouble = { ...noTrouble, ...trouble };
    this.#random = this.trouble.seed;
  }

  get requests(): number {
    return this.gets + this.lists;
  }

  async getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    this.gets++;
    return this.#call('GetOperation', name, options, () => {
      const index = Number(name.slice(parent.length + '/operations/'.length));
      const operation = this.#at(index, this.#nowMs);
      if (!operation) throw this.#failure('GetOperation', name, Code.NOT_FOUND);
      return operation;
    });
  }

  async listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    this.lists++;
    const { name, pageSize = 0, pageToken = '' } = request;
    const { form, maxPageSize, pageHangs, breaksAtPage, sameToken, lagMs, lacks, twice, bare, unreachable } =
      this.trouble;
    if (this.#draw() < pageHangs)
      return this.#call('ListOperations', name, options, () => new Promise(() => undefined));
    return this.#call('ListOperations', name, options, () => {
      if (form === 'denied') throw this.#failure('ListOperations', name, Code.PERMISSION_DENIED);
      if (form === 'none') throw this.#failure('ListOperations', name, Code.UNIMPLEMENTED);
      const right = form === 'both' || name === (form === 'parent' ? parent : `${parent}/operations`);
      if (!right) throw this.#failure('ListOperations', name, Code.INVALID_ARGUMENT);
      const size = Math.min(pageSize || maxPageSize, maxPageSize);
      const from = Number(pageToken);
      if (breaksAtPage !== undefined && from >= breaksAtPage * size) {
        throw this.#failure('ListOperations', name, Code.UNAVAILABLE);
      }
      const operations: RawOperation[] = [];
      // Old operations come first. An operation keeps its place, so that starts and deletions between pages move nothing.
      for (let place = from; place < Math.min(from + size, this.#old + this.durations.length); place++) {
        if (place < this.#old)
          operations.push({ name: `${parent}/operations/old-${place}`, done: true, response: any(-1) });
        const index = place - this.#old;
        const operation = index < 0 || share(index, 1) < lacks ? undefined : this.#at(index, this.#nowMs - lagMs);
        if (!operation) continue;
        operations.push(share(index, 2) < bare ? { ...operation, response: undefined } : operation);
        if (this.#draw() < twice) operations.push(operation);
      }
      const next = from + size >= this.#old + this.durations.length ? '' : String(from + size);
      return {
        operations,
        nextPageToken: sameToken ? pageToken || '0' : next,
        unreachable: unreachable ? ['projects/p/locations/other'] : [],
      };
    });
  }

  cancelOperation(): Promise<void> {
    return Promise.reject(new Error('not supported by this test service'));
  }

  deleteOperation(): Promise<void> {
    return Promise.reject(new Error('not supported by this test service'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #call<T>(method: string, name: string, options: CallOptions, respond: () => T | Promise<T>): Promise<T> {
    const { latencyMs, failing } = this.trouble;
    const signal = callSignal(options)!;
    this.open++;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let onAbort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(abortReason(signal));
      signal.addEventListener('abort', onAbort);
    });
    const pause = (ms: number): Promise<void> => new Promise((resolve) => void (timer = setTimeout(resolve, ms)));
    const served = async (): Promise<T> => {
      if (latencyMs > 0) await pause(this.#draw() * latencyMs);
      const fails = this.#draw() < failing;
      if (fails) throw this.#failure(method, name, failures[Math.floor(this.#draw() * failures.length)]!);
      const value = respond();
      if (latencyMs > 0) await pause(this.#draw() * latencyMs);
      return value;
    };
    try {
      return await Promise.race([aborted, served()]);
    } finally {
      this.open--;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #at(index: number, atMs: number): RawOperation | undefined {
    const name = nameOf(index);
    if (atMs < 0) return { name, done: false };
    const durationMs = this.durations[index];
    if (durationMs === undefined || atMs >= (this.deleted[index] ?? Infinity)) return undefined;
    return atMs < durationMs ? { name, done: false } : { name, done: true, response: any(index) };
  }

  #failure(method: string, operationName: string, code: Code): RequestError {
    return new RequestError({
      method,
      operationName,
      status: { code, message: 'scripted', details: [] },
      origin: 'service',
    });
  }

  get #nowMs(): number {
    return performance.now() - this.#startMs;
  }

  #draw(): number {
    // mulberry32
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

const noTrouble: Trouble = {
  failing: 0,
  latencyMs: 0,
  lagMs: 0,
  lacks: 0,
  twice: 0,
  bare: 0,
  pageHangs: 0,
  breaksAtPage: undefined,
  sameToken: false,
  unreachable: false,
  form: 'parent',
  maxPageSize: 1000,
  seed: 1,
};

const failures: readonly Code[] = [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.INTERNAL, Code.DEADLINE_EXCEEDED];

function any(index: number): { typeUrl: string; json: number } {
  return { typeUrl: 'type.googleapis.com/test.Result', json: index };
}

/** A number from 0 to 1, always the same for an operation. */
function share(index: number, salt: number): number {
  return ((Math.imul(index + salt * 7919, 2_654_435_761) >>> 0) % 1000) / 1000;
}
