import type { CallOptions, OperationsTransport, RawOperation } from '../../src/index.js';
import { Code, RequestError } from '../../src/index.js';

/** What a scripted transport answers: an operation, an error to throw, or never. */
export type Answer = RawOperation | Error | 'hang';

export interface Request {
  readonly method: string;
  readonly atMs: number;
  readonly options: CallOptions;
  readonly request: { name: string };
}

/**
 * A transport that answers GetOperation with one answer after another, the last one for ever, each after `latencyMs`,
 * and remembers what it was asked. It ignores signals: that is the client's business.
 */
export class ScriptedTransport implements OperationsTransport {
  readonly requests: Request[] = [];
  answers: Answer[];
  latencyMs: number;
  closed = false;

  constructor(answers: Answer[], latencyMs = 0) {
    this.answers = answers;
    this.latencyMs = latencyMs;
  }

  /** The times of the GetOperation requests since the first one. */
  get times(): number[] {
    const first = this.requests[0]?.atMs ?? 0;
    return this.requests.filter(({ method }) => method === 'GetOperation').map(({ atMs }) => Math.round(atMs - first));
  }

  async getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation> {
    this.#note('GetOperation', request, options);
    const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    if (answer === 'hang') return new Promise(() => {});
    if (answer instanceof Error) throw answer;
    return answer;
  }

  listOperations(): Promise<never> {
    return Promise.reject(failure(Code.UNIMPLEMENTED));
  }

  cancelOperation(request: { name: string }, options: CallOptions): Promise<void> {
    this.#note('CancelOperation', request, options);
    return Promise.resolve();
  }

  deleteOperation(request: { name: string }, options: CallOptions): Promise<void> {
    this.#note('DeleteOperation', request, options);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #note(method: string, request: { name: string }, options: CallOptions): void {
    this.requests.push({ method, atMs: performance.now(), options, request });
  }
}

export const name = 'operations/1';
export const running: RawOperation = { name, done: false };
export const succeeded: RawOperation = { name, done: true, response: json({ ok: true }) };

export function json(value: Record<string, unknown>): { typeUrl: string; json: never } {
  const typeUrl = 'type.googleapis.com/test.Thing';
  return { typeUrl, json: { '@type': typeUrl, ...value } as never };
}

/** An operation that runs and says how far it is. */
export function at(percent: number): RawOperation {
  return { name, done: false, metadata: json({ percent }) };
}

export function failure(
  code: Code,
  extra: { retryAfterMs?: number; origin?: 'service' | 'transport' } = {},
): RequestError {
  const status = { code, message: 'as scripted', details: [] };
  return new RequestError({ method: 'GetOperation', operationName: name, status, origin: 'service', ...extra });
}
