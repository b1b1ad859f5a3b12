import type { CallOptions, JsonValue, OperationsTransport, RawOperation } from '../../src/index.js';
import { Code } from '../../src/index.js';
import { failure, json, name } from './scripted.js';

/** What goes wrong with one request. */
export type Fault =
  | { readonly kind: 'status'; readonly code: Code; readonly hintMs?: number | undefined; readonly afterMs: number }
  | { readonly kind: 'reset' | 'hang' | 'garbage' };

/** How one WaitOperation is answered where it does not fail: at the end, or after a part of the window. */
export interface Hold {
  readonly kind: 'hold';
  readonly part: number;
}

/** What an operation is and how the service answers about it. */
export interface ServiceScript {
  readonly durationMs: number;
  readonly outcome: 'response' | 'error' | 'cancelled' | 'neither';
  /** Whether CancelOperation ends the operation. */
  readonly cancellable: boolean;
  /** How long the requests take, in turn, over and over; half of it on the way there. */
  readonly latenciesMs: readonly number[];
  /** What goes wrong with the first GetOperation requests, in turn. */
  readonly faults: readonly (Fault | undefined)[];
  /** How the first WaitOperation requests are answered; later ones are held. Undefined: there is no WaitOperation. */
  readonly waits: readonly (Fault | Hold)[] | undefined;
  /** The hints with the first good answers. */
  readonly hintsMs: readonly (number | undefined)[];
  /** The progress figure by the part of the duration that has passed and the number of the request. */
  readonly figure: (part: number, request: number) => Record<string, JsonValue>;
  /** Whether a request whose signal is aborted is let go of. */
  readonly honorsSignals: boolean;
}

/** A request as the service saw it. */
export interface Seen {
  readonly method: 'GetOperation' | 'WaitOperation' | 'CancelOperation';
  readonly atMs: number;
  /** Whether it was sent by `poller.poll()` and not by the loop; the test marks these by a header. */
  readonly direct: boolean;
  readonly signal: CallOptions['signal'];
  settled: boolean;
  failed: boolean;
}

/** A service with one operation that runs from the moment the service is made. */
export class ModelService implements OperationsTransport {
  readonly requests: Seen[] = [];
  readonly startMs = performance.now();
  /** How many timers the service itself has running. */
  timers = 0;
  waitOperation?: NonNullable<OperationsTransport['waitOperation']>;
  readonly #script: ServiceScript;
  #endMs: number;
  #cancelled = false;
  #counts = { get: 0, wait: 0, good: 0, answers: 0 };

  constructor(script: ServiceScript) {
    this.#script = script;
    this.#endMs = this.startMs + script.durationMs;
    if (script.waits) this.waitOperation = (request, options) => this.#wait(request.timeoutMs, options);
  }

  /** When the operation ends, or ended, on the monotonic clock. */
  get endMs(): number {
    return this.#endMs;
  }

  /** How the operation ends, as things stand. */
  get outcome(): ServiceScript['outcome'] {
    return this.#cancelled ? 'cancelled' : this.#script.outcome;
  }

  /** The operation at a moment. */
  at(atMs: number): RawOperation {
    const { durationMs, figure } = this.#script;
    const metadata = json(figure((atMs - this.startMs) / Math.max(durationMs, 1), this.#counts.answers++));
    if (atMs < this.#endMs) return { name, done: false, metadata };
    if (this.outcome === 'response') return { name, done: true, metadata, response: json({ ok: true }) };
    if (this.outcome === 'neither') return { name, done: true, metadata };
    const code = this.outcome === 'error' ? Code.FAILED_PRECONDITION : Code.CANCELLED;
    return { name, done: true, metadata, error: { code, message: 'as scripted', details: [] } };
  }

  async getOperation(_request: { name: string }, options: CallOptions): Promise<RawOperation> {
    const seen = this.#note('GetOperation', options);
    return this.#answer(seen, this.#script.faults[this.#counts.get++], () => {
      const sentMs = seen.atMs;
      return this.#sleep(this.#latencyMs(), options).then((tookMs) => {
        const hintMs = this.#script.hintsMs[this.#counts.good++];
        return { ...this.at(sentMs + tookMs / 2), ...(hintMs !== undefined && { retryAfterMs: hintMs }) };
      });
    });
  }

  #wait(timeoutMs: number, options: CallOptions): Promise<RawOperation> {
    const seen = this.#note('WaitOperation', options);
    const script = this.#script.waits?.[this.#counts.wait++] ?? { kind: 'hold', part: 1 };
    if (script.kind !== 'hold') return this.#answer(seen, script, () => Promise.reject(new Error('unreachable')));
    return this.#answer(seen, undefined, async () => {
      const latencyMs = this.#latencyMs();
      await this.#sleep(latencyMs / 2, options);
      const untilMs = performance.now() + timeoutMs * script.part;
      // A cancel may bring the end nearer while the request is held.
      while (performance.now() < Math.min(untilMs, this.#endMs)) {
        await this.#sleep(Math.min(Math.min(untilMs, this.#endMs) - performance.now(), 20_000), options);
      }
      const raw = this.at(performance.now());
      await this.#sleep(latencyMs / 2, options);
      return raw;
    });
  }

  async cancelOperation(_request: { name: string }, options: CallOptions): Promise<void> {
    const seen = this.#note('CancelOperation', options);
    await this.#answer(seen, undefined, () => Promise.resolve());
    if (!this.#script.cancellable || this.#endMs <= performance.now()) return;
    this.#endMs = performance.now();
    this.#cancelled = true;
  }

  listOperations(): Promise<never> {
    return Promise.reject(failure(Code.UNIMPLEMENTED));
  }

  deleteOperation(): Promise<never> {
    return Promise.reject(failure(Code.UNIMPLEMENTED));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #note(method: Seen['method'], { signal, headers }: CallOptions): Seen {
    const direct = headers?.['x-direct'] === '1';
    const seen: Seen = { method, atMs: performance.now(), direct, signal, settled: false, failed: false };
    this.requests.push(seen);
    return seen;
  }

  async #answer<T>(seen: Seen, fault: Fault | undefined, answer: () => Promise<T>): Promise<T> {
    const options = { signal: seen.signal };
    // A failure as the client may see it: one that the service made, or a deadline of the client's own.
    seen.failed = fault !== undefined;
    try {
      if (!fault) return await answer();
      if (fault.kind === 'hang') await this.#sleep(Infinity, options);
      await this.#sleep(fault.kind === 'status' ? fault.afterMs : this.#latencyMs(), options);
      if (fault.kind === 'garbage') return null as T;
      if (fault.kind === 'reset') throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      if (fault.kind !== 'status') throw new Error('unreachable');
      throw failure(fault.code, fault.hintMs === undefined ? {} : { retryAfterMs: fault.hintMs });
    } catch (error) {
      seen.failed = true;
      throw error;
    } finally {
      seen.settled = true;
    }
  }

  #latencyMs(): number {
    const { latenciesMs } = this.#script;
    return latenciesMs[this.requests.length % latenciesMs.length] ?? 0;
  }

  #sleep(ms: number, { signal }: Pick<CallOptions, 'signal'>): Promise<number> {
    const startMs = performance.now();
    if (ms <= 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      const handle = ms < Infinity ? setTimeout(() => end(resolve), ms) : undefined;
      this.timers += handle === undefined ? 0 : 1;
      const end = (settle: (tookMs: number) => void): void => {
        clearTimeout(handle);
        this.timers -= handle === undefined ? 0 : 1;
        signal?.removeEventListener('abort', onAbort);
        settle(performance.now() - startMs);
      };
      const onAbort = (): void => end(() => reject(new Error('let go')));
      if (this.#script.honorsSignals) signal?.addEventListener('abort', onAbort);
    });
  }
}
