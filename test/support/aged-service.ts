import type { CallOptions, OperationsTransport, RawOperation } from '../../src/index.js';
import { Code } from '../../src/index.js';
import { failure } from './scripted.js';

/** A service whose operation is what `state` makes of its age; it remembers the ages at which it was asked. */
export class AgedService implements OperationsTransport {
  /** The ages at which GetOperation was sent, in milliseconds. */
  readonly ages: number[] = [];
  readonly options: CallOptions[] = [];
  readonly #startMs = performance.now();
  readonly #state: (ageMs: number, request: number) => RawOperation | Error;

  constructor(state: (ageMs: number, request: number) => RawOperation | Error) {
    this.#state = state;
  }

  getOperation(_request: { name: string }, options: CallOptions): Promise<RawOperation> {
    const ageMs = performance.now() - this.#startMs;
    this.ages.push(ageMs);
    this.options.push(options);
    const state = this.#state(ageMs, this.ages.length - 1);
    return state instanceof Error ? Promise.reject(state) : Promise.resolve(state);
  }

  /** The times between the requests. */
  get gaps(): number[] {
    return this.ages.slice(1).map((ageMs, i) => ageMs - this.ages[i]!);
  }

  listOperations(): Promise<never> {
    return Promise.reject(failure(Code.UNIMPLEMENTED));
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
}
