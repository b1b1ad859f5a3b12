import type { CallOptions, OperationsTransport, RawOperation } from '../../src/index.js';
import { Code, RequestError } from '../../src/index.js';

/** The result of one call: an operation, an error, or none at all (the call hangs). */
export type ScriptedResponse = RawOperation | Error | 'hang';

/** The result of one WaitOperation, possibly after a time. */
export type ScriptedWait = ScriptedResponse | { readonly afterMs: number; readonly then: ScriptedResponse };

export interface ScriptedRequest {
  readonly method: string;
  readonly atMs: number;
  readonly options: CallOptions;
  readonly request: { name: string };
}

/**
 * A transport that returns one scripted response after another and repeats the last one. It records its requests, and
 * ignores signals, so that the client has to enforce them. It has WaitOperation only if there are `waits`.
 */
export class ScriptedTransport implements OperationsTransport {
  /** All requests except WaitOperation. */
  readonly requests: ScriptedRequest[] = [];
  readonly waits: { readonly atMs: number; readonly timeoutMs: number }[] = [];
  responses: ScriptedResponse[];
  latencyMs: number;
  closed = false;
  waitOperation?: (request: { name: string; timeoutMs: number }) => Promise<RawOperation>;
  readonly #startMs = performance.now();

  constructor(
    responses: ScriptedResponse[],
    { latencyMs = 0, waits }: { latencyMs?: number; waits?: ScriptedWait[] } = {},
  ) {
    this.responses = responses;
    this.latencyMs = latencyMs;
    if (waits) this.waitOperation = ({ timeoutMs }) => this.#wait(waits, timeoutMs);
  }

  /** The times of the GetOperation requests, since the first one. */
  get times(): number[] {
    const firstMs = this.requests[0]?.atMs ?? 0;
    return this.requests
      .filter(({ method }) => method === 'GetOperation')
      .map(({ atMs }) => Math.round(atMs - firstMs));
  }

  /** The delays between the GetOperation requests. */
  get gaps(): number[] {
    return this.times.slice(1).map((atMs, i) => atMs - this.times[i]!);
  }

  /** The times of the requests, since the transport was created. */
  get pollTimes(): number[] {
    return this.requests.map(({ atMs }) => atMs - this.#startMs);
  }

  /** The times of the WaitOperation requests, since the transport was created. */
  get waitTimes(): number[] {
    return this.waits.map(({ atMs }) => atMs);
  }

  async getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation> {
    this.#record('GetOperation', request, options);
    const response = nextOf(this.responses);
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    return settle(response);
  }

  listOperations(): Promise<never> {
    return Promise.reject(failure(Code.UNIMPLEMENTED));
  }

  cancelOperation(request: { name: string }, options: CallOptions): Promise<void> {
    this.#record('CancelOperation', request, options);
    return Promise.resolve();
  }

  deleteOperation(request: { name: string }, options: CallOptions): Promise<void> {
    this.#record('DeleteOperation', request, options);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  async #wait(waits: ScriptedWait[], timeoutMs: number): Promise<RawOperation> {
    this.waits.push({ atMs: performance.now() - this.#startMs, timeoutMs });
    const wait = nextOf(waits) as ScriptedWait | null;
    if (typeof wait !== 'object' || wait === null || !('afterMs' in wait)) return settle(wait as ScriptedResponse);
    await sleep(wait.afterMs);
    return settle(wait.then);
  }

  #record(method: string, request: { name: string }, options: CallOptions): void {
    this.requests.push({ method, atMs: performance.now(), options, request });
  }
}

const nextOf = <T>(script: T[]): T => (script.length > 1 ? script.shift()! : script[0]!);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function settle(response: ScriptedResponse): RawOperation | Promise<RawOperation> {
  if (response === 'hang') return new Promise(() => {});
  if (response instanceof Error) throw response;
  return response;
}

export const name = 'operations/1';
export const running: RawOperation = { name, done: false };
export const succeeded: RawOperation = { name, done: true, response: json({ ok: true }) };

export function json(value: Record<string, unknown>): { typeUrl: string; json: never } {
  const typeUrl = 'type.googleapis.com/test.Thing';
  return { typeUrl, json: { '@type': typeUrl, ...value } as never };
}

/** A running operation with a progress figure. */
export function at(percent: number): RawOperation {
  return { name, done: false, metadata: json({ percent }) };
}

export function failure(
  code: Code,
  extra: { retryAfterMs?: number; httpStatus?: number; origin?: 'service' | 'transport' } = {},
): RequestError {
  const status = { code, message: 'as scripted', details: [] };
  return new RequestError({ method: 'GetOperation', operationName: name, status, origin: 'service', ...extra });
}
